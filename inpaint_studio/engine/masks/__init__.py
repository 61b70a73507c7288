"""Operations on masks: H x W uint8 coverage, 0 outside the hole and 255 inside."""
