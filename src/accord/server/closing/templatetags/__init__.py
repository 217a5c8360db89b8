"""Tags of the scoreboard."""
