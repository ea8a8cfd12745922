//! Certificates, requests, revocation lists, and paths to trust anchors (RFC 5280 with SM2 keys).
