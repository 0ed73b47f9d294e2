-- What the tables cannot say of a PaperClip packet.
local function check(packet, values, lengths)
  if values["version"] ~= 0 then
    return "version " .. values["version"]
  end
  if values["flags"] % 0x08 ~= 0 then
    return string.format("reserved flags %02x", values["flags"] % 0x08)
  end
  if values["fragments"] == 0 then
    return "Fragment Number 0"
  end
  if values["fragments"] and values["fragment"] >= values["fragments"] then
    return "Fragment ID " .. values["fragment"] .. " of " .. values["fragments"]
  end
  if (lengths["data"] or 0) > 988 then
    return lengths["data"] .. " octets of data"
  end
  if values["sequence"] > 65535 then
    return "Sequence ID " .. values["sequence"]
  end
end
