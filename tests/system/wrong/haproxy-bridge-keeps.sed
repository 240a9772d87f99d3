# A bridge that sets X-SSL-Client-Cert when a certificate was shown, and deletes nothing: who shows none can say it himself.
# front: haproxy-bridge
# doctor: ^X-SSL-Client-Cert, X-SSL-Client-Verify: SUCCESS  .* THE FORGED CERTIFICATE  *BAD$
/http-request del-header/d
