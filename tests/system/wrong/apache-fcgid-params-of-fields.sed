# The same for mod_fcgid.
# front: apache-fcgid
# doctor: ^X-SSL-Client-Cert, X-SSL-Client-Verify: SUCCESS  .* SSL_CLIENT_[A-Z]* is made of it  *BAD$
/^TraceEnable/i SetEnvIf X-SSL-Client-Cert "(.+)" SSL_CLIENT_CERT=$1
/^TraceEnable/i SetEnvIf X-SSL-Client-Verify "(.+)" SSL_CLIENT_VERIFY=$1
