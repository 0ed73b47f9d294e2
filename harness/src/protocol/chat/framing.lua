
-- Where packets of chat begin and end: by their layouts (CHAT-FRAME-2), not by a search for octets.

local PACKET_MAX = 8192
local END, SEPARATOR = 0x00, 0xff

local by_code = { client = {}, server = {} }
for _, layout in ipairs(PARTS) do
  for _, packet in ipairs(PACKETS) do
    if packet.name == layout.name then
      by_code[layout.sender][packet.code] = { packet = packet, parts = layout.parts }
    end
  end
end

-- The one side that sends packets with this code, if only one does.
local function only_sender(code)
  local client, server = by_code.client[code], by_code.server[code]
  if client and server then
    return nil
  end
  return client and "client" or server and "server"
end

-- The code of the source's list that travels as this octet, if it is one.
local function code_of(octet)
  if octet < 10 then
    return octet
  end
  local first = chosen("codes") == "hex" and 0x10 or 0x0a
  if octet >= first and octet < first + 3 then
    return octet - first + 10
  end
end

-- The place of the next END from a place on.
local function end_from(buffer, place)
  while place < buffer:len() do
    if buffer(place, 1):uint() == END then
      return place
    end
    place = place + 1
  end
end

-- What is skipped of a packet that is broken at a place: up to the next END.
local function broken(packet, found, buffer, place)
  local last = end_from(buffer, place)
  if last then
    return last + 1, packet, found, packet.name .. " is broken at octet " .. place
  end
end

-- Follows a layout. Gives the length of the packet and nothing more, or where it is broken; nothing while it is not whole.
local function follow(layout, buffer, found)
  local packet, place = layout.packet, 1
  local function at(where)
    if where < buffer:len() then
      return buffer(where, 1):uint()
    end
  end
  local function add(index, from, to)
    -- A field that is empty has no octets to point at.
    if to > from then
      found[#found + 1] = { field = packet.fields[index], range = buffer(from, to - from) }
    end
  end
  for index, part in ipairs(layout.parts) do
    local octet = at(place)
    if not octet then
      return nil
    end
    if part.lead == "separated" then
      if octet == END and part.may_be_missing then
        return place + 1
      elseif octet ~= SEPARATOR then
        return nil, place
      end
      place = place + 1
    elseif part.lead == "either" and octet == SEPARATOR then
      place = place + 1
    end
    local from = place
    if part.shape == "fixed" then
      if part.may_be_empty and at(place) == END then
        return place + 1
      end
      if from + part.width > buffer:len() then
        return nil
      end
      place = from + part.width
    elseif part.shape == "free" then
      octet = at(place)
      while octet and octet ~= END and octet ~= SEPARATOR do
        place = place + 1
        octet = at(place)
      end
      if not octet then
        return nil
      end
    elseif part.shape == "word" then
      for letter in part.word:gmatch(".") do
        octet = at(place)
        if not octet then
          return nil
        elseif octet ~= letter:byte() then
          return nil, place
        end
        place = place + 1
      end
    else
      -- Codes of packets with separators between them.
      while true do
        octet = at(place)
        if not octet then
          return nil
        elseif octet == END or octet == SEPARATOR then
          return nil, place
        end
        octet = at(place + 1)
        place = place + 1
        if octet == END then
          break
        elseif octet and octet ~= SEPARATOR then
          return nil, place
        end
        place = place + 1
      end
    end
    add(index, from, place)
  end
  local octet = at(place)
  if octet == END then
    return place + 1
  elseif octet then
    return nil, place
  end
end

-- The packet at the front of a buffer: its length, what it is, the fields that are found, what is wrong. Nothing while it is not whole.
local function take(sender, buffer)
  local code = buffer(0, 1):uint()
  local layout = by_code[sender][code]
  if not layout then
    local last = end_from(buffer, 1)
    if last then
      return last + 1, nil, {}, string.format("no packet of a %s has the ID %02x", sender, code)
    end
    return nil
  end
  local found = {}
  local length, place = follow(layout, buffer, found)
  if length and length > PACKET_MAX or not length and not place and buffer:len() > PACKET_MAX then
    length, place = nil, PACKET_MAX
  end
  if length then
    return length, layout.packet, found
  elseif place then
    return broken(layout.packet, found, buffer, place)
  end
end

-- The byte order that a packet brings about: that of a login that is okay (CHAT-NUM-2).
local function changed_order(connection, packet, values)
  local function all_okay(...)
    for _, name in ipairs({ ... }) do
      if values[name] ~= 3 then
        return false
      end
    end
    return true
  end
  if packet.name == "U2" then
    local octet = values["endianness"]
    connection.asked = (octet == 0x4c or octet == 1) and "little" or "big"
  elseif packet.name == "S3" and all_okay("user-code", "password-code", "endianness-code") then
    return connection.asked or "big"
  elseif packet.name == "S1" or packet.name == "S7" and all_okay("user-code", "password-code", "email-code") then
    return "big"
  end
end

-- Whether a connection begins so: S1 alone, with a name that can be shown.
local function greets(buffer)
  local length = buffer:len()
  if length < 4 or buffer(0, 1):uint() ~= 1 or buffer(1, 1):uint() ~= SEPARATOR then
    return false
  end
  if buffer(length - 1, 1):uint() ~= END then
    return false
  end
  for place = 2, length - 2 do
    local octet = buffer(place, 1):uint()
    if octet < 0x21 or octet > 0x7e then
      return false
    end
  end
  return true
end
