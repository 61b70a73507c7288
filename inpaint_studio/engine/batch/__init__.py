"""Fill many photos: find them with their masks, share them among workers, and keep a record of what is done."""
