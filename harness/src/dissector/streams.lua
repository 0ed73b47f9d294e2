
-- Packet after packet in a connection, however TCP cuts and joins them.

-- The longest text that stands in the line of a packet, in octets.
local TEXT_SHOWN_MAX = 24

-- What is known of each connection: which side serves, and from which frame on numbers have which byte order.
local connections = {}

function proto.init()
  connections = {}
end

-- The connection of a packet, and who has sent it.
local function connection_of(pinfo)
  local from = tostring(pinfo.src) .. " " .. pinfo.src_port
  local to = tostring(pinfo.dst) .. " " .. pinfo.dst_port
  local key = from < to and from .. " " .. to or to .. " " .. from
  if not connections[key] then
    connections[key] = { orders = {} }
  end
  return connections[key], from, to
end

-- Whether a port is one of those that the preferences name: "4000,5000-5010".
local function is_named(port)
  for first, last in string.gmatch(proto.prefs.ports, "(%d+)%-?(%d*)") do
    first, last = tonumber(first), tonumber(last) or tonumber(first)
    if first <= port and port <= last then
      return true
    end
  end
  return false
end

-- Which side has sent what is in the buffer: the side of a named port serves, or the one whose packet only a server sends.
local function sender_of(connection, from, to, pinfo, buffer)
  if not connection.server then
    local by_source, by_destination = is_named(pinfo.src_port), is_named(pinfo.dst_port)
    if by_source ~= by_destination then
      connection.server = by_source and from or to
    else
      local sender = only_sender(buffer(0, 1):uint())
      if sender then
        connection.server = sender == "server" and from or to
      end
    end
  end
  return connection.server == from and "server" or "client"
end

-- The byte order of numbers on a connection as of a frame.
local function order_of(connection, frame)
  local order = "big"
  for _, change in ipairs(connection.orders) do
    if change.frame < frame then
      order = change.order
    end
  end
  return order
end

-- Adds a packet to the tree, and gives it in a word or two.
local function show(packet, found, problem, range, order, tree)
  local subtree = tree:add(proto, range)
  if not packet then
    subtree:add_proto_expert_info(malformed, problem)
    return "[malformed: " .. problem .. "]", {}
  end
  subtree:add(packet_name, packet.name):set_generated()
  subtree:append_text(", " .. packet.name)
  local info, values = packet.name, {}
  for _, item in ipairs(found) do
    local field, made = item.field, by_name[item.field.name]
    if field.kind == "octets" then
      subtree:add(made, item.range)
      if field.text and item.range:len() > 0 and item.range:len() <= TEXT_SHOWN_MAX then
        info = info .. " " .. field.name .. "=" .. item.range:string()
      end
    else
      local value = number(item.range, order)
      if field.name == "code" or field.name:sub(-5) == "-code" then
        local code = code_of(value)
        problem = problem or not code and string.format("%02x is no code of this dialect", value) or nil
        value = code or value
      end
      subtree:add(made, item.range, value)
      values[field.name] = value
      info = info .. " " .. field.name .. "=" .. value
    end
  end
  if problem then
    subtree:add_proto_expert_info(malformed, problem)
    info = info .. " [malformed: " .. problem .. "]"
  end
  return info, values
end

local function dissect(buffer, pinfo, tree)
  local connection, from, to = connection_of(pinfo)
  pinfo.cols.protocol = TITLE
  local offset, infos = 0, {}
  while offset < buffer:len() do
    if buffer(offset, 1):uint() == 0 then
      -- An end without a packet stands for nothing.
      offset = offset + 1
    else
      local rest = buffer(offset):tvb()
      local sender = sender_of(connection, from, to, pinfo, rest)
      local length, packet, found, problem = take(sender, rest)
      if not length then
        if pinfo.can_desegment > 0 then
          pinfo.desegment_offset = offset
          pinfo.desegment_len = DESEGMENT_ONE_MORE_SEGMENT
        else
          tree:add(proto, rest()):add_proto_expert_info(cut_short, "the rest of the packet is in other segments")
        end
        break
      end
      local order = order_of(connection, pinfo.number)
      local info, values = show(packet, found, problem, rest(0, length), order, tree)
      infos[#infos + 1] = info
      if packet and not problem and not pinfo.visited then
        local new = changed_order(connection, packet, values)
        if new then
          connection.orders[#connection.orders + 1] = { frame = pinfo.number, order = new }
        end
      end
      offset = offset + length
    end
  end
  if #infos > 0 then
    pinfo.cols.info = table.concat(infos, ", ")
  end
  return buffer:len()
end
