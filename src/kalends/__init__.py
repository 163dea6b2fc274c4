"""A self-hosted business calendar that stays identical to each user's Outlook calendar."""
