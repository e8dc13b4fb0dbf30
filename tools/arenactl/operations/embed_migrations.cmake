# cmake -DOUTPUT=FILE -DMIGRATIONS=a.sql;b.sql -P embed_migrations.cmake: writes a C++ file that
# defines EmbeddedMigrations().
set(text "#include \"tools/arenactl/operations/embedded_migrations.h\"\n\n")
string(APPEND text "namespace arena::arenactl {\n\nstd::vector<Migration> EmbeddedMigrations() {\n  return {\n")
foreach(path IN LISTS MIGRATIONS)
  get_filename_component(name ${path} NAME_WE)
  string(REGEX MATCH "^0*([1-9][0-9]*)_" _ ${name})
  file(READ ${path} sql)
  string(APPEND text "      {${CMAKE_MATCH_1}, \"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
string(APPEND text "  };\n}\n\n}  // namespace arena::arenactl\n")
file(WRITE ${OUTPUT} "${text}")
