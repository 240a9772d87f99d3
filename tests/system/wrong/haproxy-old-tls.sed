# TLS from 1.0 on, and suites with CBC and without forward secrecy.
# front: haproxy
# doctor: ^TLS 1\.0  *taken .*  *BAD$
# doctor: ^TLS 1\.1  *taken .*  *BAD$
# doctor: ^TLS 1\.2 with CBC suites  *taken .*  *BAD$
s/ssl-min-ver TLSv1.2/ssl-min-ver TLSv1.0/
s/ssl-default-bind-ciphers .*/ssl-default-bind-ciphers ALL:@SECLEVEL=0/
