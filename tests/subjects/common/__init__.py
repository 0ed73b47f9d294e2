"""What the subjects of all protocols share: breaks, control lines, the setting, addresses."""
