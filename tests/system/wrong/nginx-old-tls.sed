# TLS 1.0 and 1.1, suites with CBC and without forward secrecy, and lines as short as nginx has them by default.
# front: nginx
# doctor: ^TLS 1\.0  *taken .*  *BAD$
# doctor: ^TLS 1\.1  *taken .*  *BAD$
# doctor: ^TLS 1\.2  *taken .*  *ok$
# doctor: ^TLS 1\.2 with CBC suites  *taken .*  *BAD$
# doctor: ^TLS 1\.2 with RSA key exchange  *taken .*  *BAD$
# doctor: ^GET, a request line of 9 KB  *refused: HTTP status 41[34] .*  *note$
s/ssl_protocols .*/ssl_protocols TLSv1 TLSv1.1 TLSv1.2;/
s/ssl_ciphers .*/ssl_ciphers ALL:@SECLEVEL=0;/
/large_client_header_buffers/d
