set search_path = message_store, public
