"""Operations that could not be booked: mended, replayed or dropped by somebody, with a trace; and
recovery files of devices that cannot send any more."""
