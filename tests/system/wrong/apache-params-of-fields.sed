# The parameters that no client can write, written from header fields of clients, before RequestHeader deletes these.
# front: apache-proxy
# doctor: ^X-SSL-Client-Cert, X-SSL-Client-Verify: SUCCESS  .* SSL_CLIENT_[A-Z]* is made of it  *BAD$
/^TraceEnable/i SetEnvIf X-SSL-Client-Cert "(.+)" SSL_CLIENT_CERT=$1
/^TraceEnable/i SetEnvIf X-SSL-Client-Verify "(.+)" SSL_CLIENT_VERIFY=$1
