//! What a valid SVG is: allow-list, byte limit, precise violations.
