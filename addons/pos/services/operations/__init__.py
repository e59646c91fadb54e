"""Operations of the tills: unpacked, stored before they are answered, and asked for again."""
