#pragma once

#include <string>

namespace arena::testing {

// A private PostgreSQL 15 cluster on a socket in a folder of its own: started at first use, one a
// process, stopped and removed with it. Reached by no one else; no system cluster is touched.
class TestCluster {
 public:
  static TestCluster& Get();
  // Connection string of `database` as `user`, a superuser when empty.
  std::string conninfo(const std::string& database, const std::string& user = "") const;
  // Kills the server as a power cut would (SIGQUIT to the postmaster) and starts it again.
  void Crash();
  // Kills every process of the server by SIGKILL. Start brings it back.
  void Kill();
  void Start();
  // Writes everything to its place, so that a start after a crash has only newer changes to repeat.
  void Checkpoint();
  // Where the server listens.
  std::string socket_path() const;

 private:
  TestCluster();
  std::string folder_;
};

// A fresh database with all migrations applied; dropped at the end.
class TestDatabase {
 public:
  TestDatabase();
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  // As `user`, for example `arena_vote_ingest`; a superuser when empty.
  std::string conninfo(const std::string& user = "") const;

 private:
  std::string name_;
};

}  // namespace arena::testing
