"""What people say and do about a record: notes, followers, activities, attachments, mail."""
