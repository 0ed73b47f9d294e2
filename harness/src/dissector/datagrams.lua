
-- A packet in each datagram.

local function packet_of(first)
  for _, packet in ipairs(PACKETS) do
    if packet.code == first % CODES then
      return packet
    end
  end
end

-- Whether a bit is set. Lua has no operator for it before 5.3.
local function has(value, bit)
  return math.floor(value / bit) % 2 == 1
end

-- Walks the fields of a packet. What is found comes in a list; then what is wrong, if anything is.
local function walk(packet, buffer, order, widths)
  local found, values = {}, {}
  local offset, bits, flags, counted = packet.start, 0, 0, nil
  local length = buffer:len()
  for _, field in ipairs(packet.fields) do
    local present = true
    if field.flag then
      present = has(flags, field.flag)
    elseif field.if_more then
      present = offset < length
      if not present then
        counted = 0
      end
    end
    if present and field.bits then
      if offset >= length then
        return found, values, offset, field
      end
      local value = buffer(offset, 1):bitfield(bits, field.bits)
      found[#found + 1] = { field = field, range = buffer(offset, 1), value = value }
      values[field.name] = value
      bits = bits + field.bits
      if bits >= 8 then
        offset, bits = offset + 1, 0
      end
    elseif present then
      local width
      if field.width then
        width = field.width[widths]
      elseif field.counted then
        width = counted or 0
      else
        width = length - offset
      end
      if width > length - offset then
        return found, values, offset, field
      end
      if width > 0 then
        local range = buffer(offset, width)
        local value
        if field.kind ~= "octets" then
          value = number(range, order)
          values[field.name] = value
          if field.kind == "length" then
            counted = value
          elseif field.kind == "flags" then
            flags = value
          end
        end
        found[#found + 1] = { field = field, range = range, value = value }
        offset = offset + width
      end
    end
  end
  return found, values, offset, nil
end

-- What is wrong with a packet that is whole, or nothing.
local function problem_of(packet, buffer, found, values, offset)
  local lengths = {}
  for _, item in ipairs(found) do
    lengths[item.field.name] = item.range:len()
  end
  for index, field in ipairs(packet.fields) do
    local counts = packet.fields[index + 1]
    if field.kind == "length" and counts and counts.rest then
      local behind = lengths[counts.name] or 0
      if values[field.name] ~= behind then
        return "a length of " .. values[field.name] .. " before " .. behind .. " octets"
      end
    end
  end
  if offset < buffer:len() then
    return buffer:len() - offset .. " octets too many"
  end
  return check(packet, values, lengths)
end

local function dissect(buffer, pinfo, tree)
  if buffer:len() == 0 then
    return 0
  end
  pinfo.cols.protocol = TITLE
  local subtree = tree:add(proto, buffer())
  local packet = packet_of(buffer(0, 1):uint())
  if not packet then
    subtree:add_proto_expert_info(malformed, string.format("unknown type in octet 0: %02x", buffer(0, 1):uint()))
    pinfo.cols.info = "unknown type"
    return buffer:len()
  end
  local chosen = layout()
  local found, values, offset, missing = walk(packet, buffer, chosen.order, chosen.widths)
  subtree:add(packet_name, packet.name):set_generated()
  subtree:append_text(", " .. packet.name)
  local info = packet.name
  for _, item in ipairs(found) do
    local made = by_name[item.field.name]
    if item.value then
      local line = subtree:add(made, item.range, item.value)
      if item.field.flags then
        local names = {}
        for _, flag in ipairs(item.field.flags) do
          if has(item.value, flag[2]) then
            names[#names + 1] = flag[1]
          end
        end
        line:append_text(" (" .. table.concat(names, ", ") .. ")")
        if #names > 0 then
          info = info .. " " .. table.concat(names, "+")
        end
      elseif item.field.kind == "number" then
        info = info .. " " .. item.field.name .. "=" .. item.value
      end
    else
      subtree:add(made, item.range)
      if item.field.rest then
        info = info .. " (" .. item.range:len() .. " octets)"
      end
    end
  end
  if missing then
    subtree:add_proto_expert_info(cut_short, "cut short within " .. missing.label)
    info = info .. " [cut short]"
  else
    local problem = problem_of(packet, buffer, found, values, offset)
    if problem then
      subtree:add_proto_expert_info(malformed, problem)
      info = info .. " [malformed: " .. problem .. "]"
    end
  end
  pinfo.cols.info = info
  return buffer:len()
end

-- Whether a datagram begins with octets that only this protocol begins with.
local function greets(buffer)
  local length = #MAGIC / 2
  return length > 0 and buffer:len() >= length and buffer(0, length):bytes():tohex():lower() == MAGIC
end
