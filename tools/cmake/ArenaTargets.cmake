# How a room becomes a target. A room is one library, or a few where its parts are linked apart, so
# the link graph states which room may use which. Folders inside a library are order for the reader.
#
#   arena_library(NAME SOURCES a.cc b.cc DEPS arena::base absl::status [RPC])
#     makes the static library arena_<NAME> with the alias arena::<NAME>; headers alone make an
#     interface library. RPC says that the sources include gRPC: they share one precompiled header.
#     Several sources are compiled as one, because most of the work are the headers that they share.
#     So names in unnamed namespaces must differ within a library.
#   arena_binary(NAME SOURCES main.cc DEPS … [RPC])
#     makes build/bin/<NAME>.

# All of our targets share these flags, so that one precompiled header fits all.
add_library(arena_flags INTERFACE)
# A designated initializer names what differs from the defaults; that is no missing field.
target_compile_options(arena_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow
                                             -Wno-missing-field-initializers)
if(ARENA_WERROR)
  target_compile_options(arena_flags INTERFACE -Werror)
endif()
target_include_directories(arena_flags INTERFACE ${CMAKE_SOURCE_DIR})

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# NDEBUG stays undefined: a broken invariant stops the process in every build.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")

# ccache, with a key that does not hold the folder, so that a second clone is a cache hit.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${CCACHE_PROGRAM})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

option(ARENA_TOGETHER "Compile several files at a time where most of the work are their headers" ON)
function(arena_compile_together target)
  if(ARENA_TOGETHER)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
  endif()
endfunction()

function(arena_use_rpc_pch target)
  if(NOT TARGET arena_rpc_pch)
    # Not touched when it is there already, or each new configuration would compile everything again.
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/rpc_pch.cc
      CONTENT "// Compiled for its precompiled header only.\n")
    add_library(arena_rpc_pch OBJECT ${CMAKE_BINARY_DIR}/rpc_pch.cc)
    target_link_libraries(arena_rpc_pch PRIVATE arena_flags gRPC::grpc++ protobuf::libprotobuf)
    target_precompile_headers(
      arena_rpc_pch PRIVATE <grpcpp/grpcpp.h> <google/protobuf/message.h> <functional> <memory>
      <string> <vector>)
  endif()
  target_link_libraries(${target} PRIVATE gRPC::grpc++ protobuf::libprotobuf)
  target_precompile_headers(${target} REUSE_FROM arena_rpc_pch)
endfunction()

function(arena_library name)
  cmake_parse_arguments(ARG "RPC" "" "SOURCES;DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(arena_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(arena_${name} PUBLIC arena_flags ${ARG_DEPS})
    if(ARG_RPC)
      arena_use_rpc_pch(arena_${name})
    endif()
    arena_compile_together(arena_${name})
  else()
    add_library(arena_${name} INTERFACE)
    target_link_libraries(arena_${name} INTERFACE arena_flags ${ARG_DEPS})
  endif()
  add_library(arena::${name} ALIAS arena_${name})
endfunction()

function(arena_binary name)
  cmake_parse_arguments(ARG "RPC" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE arena_flags ${ARG_DEPS})
  if(ARG_RPC)
    arena_use_rpc_pch(${name})
  endif()
endfunction()
