# TLS from 1.0 on, and suites with CBC and without forward secrecy.
# front: apache-proxy
# doctor: ^TLS 1\.0  *taken .*  *BAD$
# doctor: ^TLS 1\.1  *taken .*  *BAD$
# doctor: ^TLS 1\.2 with CBC suites  *taken .*  *BAD$
s/SSLProtocol .*/SSLProtocol -all +TLSv1 +TLSv1.1 +TLSv1.2/
s/SSLCipherSuite .*/SSLCipherSuite ALL:@SECLEVEL=0/
