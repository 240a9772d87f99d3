# CERTCTL_WARNINGS: the project's warning set in WARN_CFLAGS; --enable-werror makes them fatal (run-tests does).
AC_DEFUN([CERTCTL_WARNINGS], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])],
    [], [enable_werror=no])
  WARN_CFLAGS=
  m4_foreach_w([certctl_flag], [-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
    -Wold-style-definition -Wformat=2 -Wvla -Wconversion -Wno-sign-conversion -Wundef -Wpointer-arith -Wwrite-strings
    -Wcast-qual -Wimplicit-fallthrough -Wnull-dereference -Wduplicated-cond -Wlogical-op],
    [AX_CERTCTL_TRY_CFLAG(certctl_flag, [WARN_CFLAGS="$WARN_CFLAGS certctl_flag"])])
  AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  AC_SUBST([WARN_CFLAGS])
])

# CERTCTL_HARDENING: what distributions build with, on by default; a sanitizer build replaces FORTIFY.
AC_DEFUN([CERTCTL_HARDENING], [
  AC_ARG_ENABLE([hardening],
    [AS_HELP_STRING([--disable-hardening], [build without PIE, RELRO, stack protector and FORTIFY])],
    [], [enable_hardening=yes])
  HARDEN_CFLAGS= HARDEN_CPPFLAGS= HARDEN_LDFLAGS= PIE_LDFLAGS=
  AS_IF([test "x$enable_hardening" = xyes], [
    m4_foreach_w([certctl_flag], [-fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE],
      [AX_CERTCTL_TRY_CFLAG(certctl_flag, [HARDEN_CFLAGS="$HARDEN_CFLAGS certctl_flag"])])
    AX_CERTCTL_TRY_LDFLAG([[-Wl,-z,relro,-z,now]], [HARDEN_LDFLAGS="[-Wl,-z,relro,-z,now]"])
    AX_CERTCTL_TRY_LDFLAG([-pie], [PIE_LDFLAGS=-pie])
    AS_IF([test "x$with_sanitizer" = xno && test "x$with_fuzzer" = xno],
      [HARDEN_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])
  ])
  AC_SUBST([HARDEN_CFLAGS])
  AC_SUBST([HARDEN_CPPFLAGS])
  AC_SUBST([HARDEN_LDFLAGS])
  AC_SUBST([PIE_LDFLAGS])
])
