# Every library comes from Debian 12. The order matters: Protobuf has no config package, and gRPC's
# config looks for the module's targets.
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(libpqxx REQUIRED IMPORTED_TARGET libpqxx)

if(ARENA_BUILD_TESTS)
  find_package(GTest CONFIG REQUIRED)
endif()

# CLD2 ships neither a CMake nor a pkg-config file.
find_library(CLD2_LIBRARY cld2 REQUIRED)
add_library(arena_cld2 INTERFACE)
target_link_libraries(arena_cld2 INTERFACE ${CLD2_LIBRARY})
add_library(arena::cld2 ALIAS arena_cld2)
