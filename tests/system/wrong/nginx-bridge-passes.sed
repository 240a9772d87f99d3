# A bridge that passes on what clients say: they can say what only the bridge should.
# front: nginx-bridge
# doctor: ^X-SSL-Client-Cert, X-SSL-Client-Verify: SUCCESS  .* THE FORGED CERTIFICATE  *BAD$
# doctor: ^X-Forwarded-Proto: http  .* this is plain http  *BAD$
s/proxy_pass_request_headers off/proxy_pass_request_headers on/
/proxy_set_header X-SSL-Client/d
/proxy_set_header X-Forwarded-Proto/d
