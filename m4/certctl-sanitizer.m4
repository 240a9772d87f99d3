# CERTCTL_SANITIZER: --with-sanitizer[=LIST] and --with-fuzzer.
# A finding must end the process: Criterion reports a test as passed before its process exits.
AC_DEFUN([CERTCTL_SANITIZER], [
  AC_ARG_WITH([sanitizer],
    [AS_HELP_STRING([--with-sanitizer@<:@=LIST@:>@], [build with these sanitizers, 'address,undefined' when no list is given])],
    [], [with_sanitizer=no])
  AC_ARG_WITH([fuzzer],
    [AS_HELP_STRING([--with-fuzzer], [link the fuzz targets with libFuzzer (clang); without it they replay their corpus])],
    [], [with_fuzzer=no])
  AS_IF([test "x$with_sanitizer" = xyes], [with_sanitizer=address,undefined])
  SANITIZER_CFLAGS= FUZZER_CFLAGS= FUZZER_LDFLAGS=
  AS_IF([test "x$with_sanitizer" != xno], [
    SANITIZER_CFLAGS="-fsanitize=$with_sanitizer -fno-sanitize-recover=all -fno-omit-frame-pointer -g"
    AX_CERTCTL_TRY_LDFLAG([$SANITIZER_CFLAGS], [],
      [AC_MSG_ERROR([--with-sanitizer=$with_sanitizer: the compiler cannot link it (its runtime library may be missing)])])
  ])
  AS_IF([test "x$with_fuzzer" = xyes], [
    FUZZER_CFLAGS=-fsanitize=fuzzer-no-link
    FUZZER_LDFLAGS=-fsanitize=fuzzer
    AX_CERTCTL_TRY_CFLAG([$FUZZER_CFLAGS], [], [AC_MSG_ERROR([--with-fuzzer needs clang with libFuzzer])])
  ])
  AM_CONDITIONAL([WITH_SANITIZER], [test "x$with_sanitizer" != xno])
  AM_CONDITIONAL([WITH_FUZZER], [test "x$with_fuzzer" = xyes])
  AC_SUBST([SANITIZER_CFLAGS])
  AC_SUBST([FUZZER_CFLAGS])
  AC_SUBST([FUZZER_LDFLAGS])
])
