"""All that is Rasa: data, domain and components for its server, and our two sides of it (client, action endpoint)."""
