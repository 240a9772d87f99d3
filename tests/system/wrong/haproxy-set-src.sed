# HAProxy itself takes the client's address from a field of anybody's.
# front: haproxy
# doctor: ^X-Forwarded-For: 192\.0\.2\.66  .* REMOTE_ADDR is 192\.0\.2\.66  *BAD$
/acl scep /i http-request set-src req.hdr(x-forwarded-for)
