
function proto.dissector(buffer, pinfo, tree)
  return dissect(buffer, pinfo, tree)
end

-- A conversation that begins as only this protocol does is recognised on any port.
local function recognise(buffer, pinfo, tree)
  if not greets(buffer) then
    return false
  end
  pinfo.conversation = proto
  dissect(buffer, pinfo, tree)
  return true
end

proto:register_heuristic(TRANSPORT, recognise)
local table_of_ports = DissectorTable.get(TRANSPORT .. ".port")
table_of_ports:add_for_decode_as(proto)

local registered = ""
function proto.prefs_changed()
  if registered ~= proto.prefs.ports then
    if registered ~= "" then
      table_of_ports:remove(registered, proto)
    end
    if proto.prefs.ports ~= "" then
      table_of_ports:add(proto.prefs.ports, proto)
    end
    registered = proto.prefs.ports
  end
end
