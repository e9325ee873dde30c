# Installs the library, its headers, and the package files for find_package and
# pkg-config. Included from src/, where the targets are made.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/rowsplit)
install(TARGETS rowsplit EXPORT rowsplit-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT rowsplit-targets NAMESPACE rowsplit:: DESTINATION ${package_dir})
get_target_property(ROWSPLIT_LIBRARY_TYPE rowsplit TYPE)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/rowsplit-config.cmake.in
  ${PROJECT_BINARY_DIR}/rowsplit-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rowsplit-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rowsplit-config.cmake
  ${PROJECT_BINARY_DIR}/rowsplit-config-version.cmake DESTINATION ${package_dir})

# The .pc file finds its prefix from where it lies, so an installation may move.
set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH ROWSPLIT_PREFIX_FROM_PC /prefix/${pc_dir} /prefix)
configure_file(${PROJECT_SOURCE_DIR}/cmake/rowsplit.pc.in ${PROJECT_BINARY_DIR}/rowsplit.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/rowsplit.pc DESTINATION ${pc_dir})
