# CERTCTL_LIB_FCGI: libfcgi has no .pc file on every distribution, so look for it directly.
AC_DEFUN([CERTCTL_LIB_FCGI], [
  AC_CHECK_HEADER([fcgiapp.h], [], [AC_MSG_ERROR([fcgiapp.h not found: install libfcgi's development files])])
  certctl_save_LIBS=$LIBS
  AC_CHECK_LIB([fcgi], [FCGX_Accept_r], [FCGI_LIBS=-lfcgi], [AC_MSG_ERROR([libfcgi not found])])
  LIBS=$certctl_save_LIBS
  AC_SUBST([FCGI_LIBS])
])

# CERTCTL_OPTION_CLIENT: the 'certctl-fcgi scep' commands need libcurl built with GnuTLS.
AC_DEFUN([CERTCTL_OPTION_CLIENT], [
  AC_ARG_ENABLE([client],
    [AS_HELP_STRING([--enable-client=auto|yes|no], [the client commands of certctl-fcgi (libcurl) @<:@auto@:>@])],
    [], [enable_client=auto])
  AS_CASE([$enable_client], [auto|yes|no], [], [AC_MSG_ERROR([--enable-client takes auto, yes or no])])
  AS_IF([test "x$enable_client" != xno], [
    PKG_CHECK_MODULES([CURL], [libcurl >= 7.74], [enable_client=yes], [
      AS_IF([test "x$enable_client" = xyes], [AC_MSG_ERROR([--enable-client=yes needs libcurl: $CURL_PKG_ERRORS])])
      enable_client=no
    ])
  ])
  AM_CONDITIONAL([ENABLE_CLIENT], [test "x$enable_client" = xyes])
  AS_IF([test "x$enable_client" = xyes], [AC_DEFINE([ENABLE_CLIENT], [1], [Define to build the client commands])])
])

# CERTCTL_OPTION_TESTS: unit tests need Criterion.
AC_DEFUN([CERTCTL_OPTION_TESTS], [
  AC_ARG_ENABLE([tests],
    [AS_HELP_STRING([--enable-tests=auto|yes|no], [unit tests with Criterion @<:@auto@:>@])],
    [], [enable_tests=auto])
  AS_CASE([$enable_tests], [auto|yes|no], [], [AC_MSG_ERROR([--enable-tests takes auto, yes or no])])
  AS_IF([test "x$enable_tests" != xno], [
    PKG_CHECK_MODULES([CRITERION], [criterion >= 2.3.3], [enable_tests=yes], [
      AS_IF([test "x$enable_tests" = xyes], [AC_MSG_ERROR([--enable-tests=yes needs Criterion: $CRITERION_PKG_ERRORS])])
      enable_tests=no
    ])
  ])
  AM_CONDITIONAL([ENABLE_TESTS], [test "x$enable_tests" = xyes])
  AC_PATH_PROG([MARIADBD], [mariadbd], [], [$PATH:/usr/sbin:/usr/libexec])
  AC_PATH_PROG([MARIADB_INSTALL_DB], [mariadb-install-db], [], [$PATH:/usr/sbin])
])

# CERTCTL_CHECK_MEMCHECK: what tests of silence need (tests/pkimessage/silent.c): unit tests, valgrind's header, no sanitizer.
AC_DEFUN([CERTCTL_CHECK_MEMCHECK], [
  AC_CHECK_HEADER([valgrind/memcheck.h], [have_memcheck=yes], [have_memcheck=no])
  AM_CONDITIONAL([WITH_MEMCHECK],
    [test "x$have_memcheck:$enable_tests:$with_sanitizer:$with_fuzzer" = xyes:yes:no:no])
])

# CERTCTL_OPTION_SYSTEMD: where unit, sysusers and tmpfiles entries go. Inside the prefix unless told otherwise, so that
# 'make distcheck' and an installation by an ordinary user never write outside it.
AC_DEFUN([CERTCTL_OPTION_SYSTEMD], [
  AC_ARG_WITH([systemdsystemunitdir],
    [AS_HELP_STRING([--with-systemdsystemunitdir=DIR|no], [systemd units @<:@PREFIX/lib/systemd/system@:>@])],
    [], [with_systemdsystemunitdir='${prefix}/lib/systemd/system'])
  AS_IF([test "x$with_systemdsystemunitdir" = xyes],
    [with_systemdsystemunitdir=`$PKG_CONFIG --variable=systemdsystemunitdir systemd`
     AS_IF([test -z "$with_systemdsystemunitdir"], [AC_MSG_ERROR([systemd.pc does not name a unit directory])])])
  AM_CONDITIONAL([WITH_SYSTEMD], [test "x$with_systemdsystemunitdir" != xno])
  AC_SUBST([systemdsystemunitdir], [$with_systemdsystemunitdir])
  AC_SUBST([sysusersdir], ['${prefix}/lib/sysusers.d'])
  AC_SUBST([tmpfilesdir], ['${prefix}/lib/tmpfiles.d'])
])
