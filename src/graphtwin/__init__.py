"""A stateful, seedable simulator of the calendar part of Microsoft Graph and of Microsoft's login."""
