# The verdict is written into the configuration, and so is passed on when nobody has shown a certificate.
# front: apache-proxy
# port: mtls
# doctor: ^a request by https  .* a verdict of success, without a certificate  *BAD$
/^TraceEnable/i ProxyFCGISetEnvIf "true" SSL_CLIENT_VERIFY SUCCESS
