
-- The fields of the tables above, and the preferences.

local proto = Proto(NAME, TITLE)
local fields, by_name = {}, {}
for _, packet in ipairs(PACKETS) do
  for _, field in ipairs(packet.fields) do
    if not by_name[field.name] then
      local filter = NAME .. "." .. field.name:gsub("-", "_")
      local made
      if field.text then
        made = ProtoField.string(filter, field.label)
      elseif field.kind == "octets" then
        made = ProtoField.bytes(filter, field.label)
      elseif field.kind == "flags" then
        made = ProtoField.uint32(filter, field.label, base.HEX)
      else
        made = ProtoField.uint32(filter, field.label, base.DEC)
      end
      by_name[field.name] = made
      fields[#fields + 1] = made
    end
  end
end
local packet_name = ProtoField.string(NAME .. ".packet", "Packet")
fields[#fields + 1] = packet_name
proto.fields = fields

local malformed = ProtoExpert.new(NAME .. ".malformed", "malformed packet", expert.group.MALFORMED, expert.severity.ERROR)
local cut_short = ProtoExpert.new(NAME .. ".cut_short", "cut short", expert.group.MALFORMED, expert.severity.ERROR)
proto.experts = { malformed, cut_short }

for _, option in ipairs(OPTIONS) do
  local words = {}
  for index, word in ipairs(option.values) do
    words[index] = { index, word, index }
  end
  proto.prefs[option.name] = Pref.enum(option.name, 1, "The dialect's " .. option.name, words)
end
proto.prefs.ports = Pref.range(TRANSPORT:upper() .. " ports", "", "Ports of " .. TRANSPORT:upper() .. " on which " .. TITLE .. " is spoken", 65535)

-- The value that the preferences have for an option of the dialect.
local function chosen(name)
  for _, option in ipairs(OPTIONS) do
    if option.name == name then
      return option.values[proto.prefs[name]]
    end
  end
end

local function layout()
  local words = {}
  for index, option in ipairs(OPTIONS) do
    words[index] = option.name .. "=" .. option.values[proto.prefs[option.name]]
  end
  return LAYOUTS[table.concat(words, " ")]
end

local function number(range, order)
  if order == "little" then
    return range:le_uint()
  end
  return range:uint()
end
