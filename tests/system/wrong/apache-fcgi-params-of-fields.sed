# The same by mod_proxy_fcgi's own directive, of a field that nothing deletes.
# front: apache-proxy
# doctor: ^SSL-CLIENT-CERT, SSL-CLIENT-VERIFY: SUCCESS  .* SSL_CLIENT_[A-Z]* is made of it  *BAD$
/^TraceEnable/i ProxyFCGISetEnvIf "-n %{HTTP:SSL-Client-Cert}" SSL_CLIENT_CERT "%{HTTP:SSL-Client-Cert}"
/^TraceEnable/i ProxyFCGISetEnvIf "-n %{HTTP:SSL-Client-Verify}" SSL_CLIENT_VERIFY "%{HTTP:SSL-Client-Verify}"
