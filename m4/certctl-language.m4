# CERTCTL_LANGUAGE: C17 with GNU extensions (scope cleanup attributes); both gcc and clang have them.
AC_DEFUN([CERTCTL_LANGUAGE], [
  AC_REQUIRE([AC_PROG_CC])
  AX_CERTCTL_TRY_CFLAG([-std=gnu17], [CC="$CC -std=gnu17"],
    [AC_MSG_ERROR([the C compiler does not know -std=gnu17; use gcc 8 or clang 7 or newer])])
])

# AX_CERTCTL_TRY_CFLAG(FLAG, [IF-ACCEPTED], [IF-NOT])
AC_DEFUN([AX_CERTCTL_TRY_CFLAG], [
  AS_VAR_PUSHDEF([cache], [certctl_cv_cflag_$1])
  AC_CACHE_CHECK([whether $CC accepts $1], [cache], [
    certctl_save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $1"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])], [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    CFLAGS=$certctl_save_CFLAGS
  ])
  AS_VAR_IF([cache], [yes], [$2], [$3])
  AS_VAR_POPDEF([cache])
])

# AX_CERTCTL_TRY_LDFLAG(FLAG, [IF-ACCEPTED], [IF-NOT])
AC_DEFUN([AX_CERTCTL_TRY_LDFLAG], [
  AS_VAR_PUSHDEF([cache], [certctl_cv_ldflag_$1])
  AC_CACHE_CHECK([whether the linker accepts $1], [cache], [
    certctl_save_LDFLAGS=$LDFLAGS
    LDFLAGS="$LDFLAGS $1"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    LDFLAGS=$certctl_save_LDFLAGS
  ])
  AS_VAR_IF([cache], [yes], [$2], [$3])
  AS_VAR_POPDEF([cache])
])
