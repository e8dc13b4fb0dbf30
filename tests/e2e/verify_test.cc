#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "common/postgres/database.h"
#include "tests/e2e/crash_checks.h"
#include "tests/e2e/exported_log.h"
#include "tests/support/arena_cluster.h"

namespace arena::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr int kVerifiedBattles = 600;

// Runs a statement as superuser.
void Execute(const ArenaCluster& cluster, const std::string& statement) {
  Database database({.conninfo = cluster.database().conninfo()});
  const absl::Status done = database.Run([&](pqxx::nontransaction& session) {
    session.exec(statement);
    return absl::OkStatus();
  });
  ASSERT_TRUE(done.ok()) << done;
}

// Runs arenactl, which must have done what it was asked.
void Run(const ArenaCluster& cluster, const std::vector<std::string>& arguments) {
  const CommandResult result = cluster.Arenactl(arguments);
  ASSERT_EQ(result.exit_code, 0) << result.err;
}

// Twenty votes from position `first` on are taken out, and half of them put back; two get labels.
void Amend(const ArenaCluster& cluster, int first) {
  Run(cluster, {"votes", "retract", fmt::format("{}-{}", first, first + 19), "--reason", "test"});
  Run(cluster, {"votes", "restore", fmt::format("{}-{}", first, first + 9), "--reason", "test"});
  const std::string labels = cluster.PathOf("labels.jsonl");
  WriteFile(labels, fmt::format("{{\"position\":{},\"tags\":[\"code\",\"refusal\"],\"language\":"
                                "\"de\"}}\n{{\"position\":{},\"tags\":[]}}\n",
                                first, first + 19));
  Run(cluster, {"votes", "annotate", labels, "--label-version", "1"});
}

// Each demonstration model has a style of its own, from which nobody could tell what style is worth
// and what the model: here the left reply of each vote gets a style by chance.
void VaryStyles(const ArenaCluster& cluster) {
  Execute(cluster,
          "create function arena.vary_style() returns trigger language plpgsql as $$ begin "
          "new.tokens_left := 900 * random(); new.headers_left := 5 * random(); "
          "new.list_items_left := 9 * random(); new.bold_spans_left := 9 * random(); "
          "return new; end $$; "
          "create trigger vary_style before insert on arena.vote_log "
          "for each row when (new.kind = 1) execute function arena.vary_style()");
}

int64_t Head(const ArenaCluster& cluster) {
  return QueryNumber(cluster, "select position from arena.vote_log_head");
}

// Waits until the leaderboard that the flags choose covers a position.
void AwaitLeaderboard(const ArenaCluster& cluster, const std::vector<std::string>& flags,
                      int64_t position, int replica = 0) {
  std::vector<std::string> command = {
      "leaderboard", "show", "--covering", std::to_string(position),
      "--wait",      "60",   "--rating",   cluster.address("rating", replica)};
  command.insert(command.end(), flags.begin(), flags.end());
  Run(cluster, command);
}

void ExpectCovered(const ArenaCluster& cluster, int64_t position, int replica = 0) {
  for (const char* method : {"bt", "elo"}) {
    AwaitLeaderboard(cluster, {"--method", method}, position, replica);
  }
}

// Two ratings, of which each leads for a while: one dies and is started again, then the other,
// while votes come in, and some are taken out, put back and labelled.
class VerifyJourney : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = ArenaCluster::Start(
        {.replicas = 2,
         .service_flags = {{"rating",
                            {"--lease-time", "500ms", "--publish-interval", "50ms",
                             "--style-interval", "300ms", "--board-minimum-votes", "20"}}}});
    ASSERT_TRUE(started.ok()) << started.status();
    cluster_ = started->release();
    VaryStyles(*cluster_);
    RunAndDisturb();
  }
  static void TearDownTestSuite() {
    delete cluster_;
    cluster_ = nullptr;
  }
  void SetUp() override { ASSERT_NE(cluster_, nullptr); }

  static void RunAndDisturb() {
    CommandResult simulated;
    std::thread voters([&] {
      std::vector<std::string> command = {
          "simulate", "--voters", "10", "--battles", std::to_string(kVerifiedBattles), "--json"};
      const std::vector<std::string> flags = cluster_->replica_flags();
      command.insert(command.end(), flags.begin(), flags.end());
      simulated = cluster_->Arenactl(command);
    });
    for (const int replica : {0, 1}) {
      ExpectCovered(*cluster_, 100 + 120 * replica, 1 - replica);
      cluster_->Kill("rating", replica);
      Amend(*cluster_, 1 + 40 * replica);
      // The other has taken over.
      ExpectCovered(*cluster_, Head(*cluster_), 1 - replica);
      EXPECT_TRUE(cluster_->StartAgain("rating", replica).ok());
      Amend(*cluster_, 21 + 40 * replica);
      ExpectCovered(*cluster_, Head(*cluster_), replica);
    }
    voters.join();
    ASSERT_EQ(simulated.exit_code, 0) << simulated.err << simulated.out;
    // In every series, so that nothing is published later.
    ExpectCovered(*cluster_, Head(*cluster_));
    AwaitLeaderboard(*cluster_, {"--style-control"}, Head(*cluster_));
  }

  static CommandResult Verify(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"leaderboard", "verify"});
    return cluster_->Arenactl(arguments);
  }
  // Number of the newest snapshot of a series.
  static int64_t Newest(const std::string& series) {
    return QueryNumber(*cluster_,
                       fmt::format("select max(snapshot_id) from arena.leaderboard_snapshots "
                                   "where series = '{}'",
                                   series));
  }

  static void ExpectShownAsStored(const std::string& series, const std::string& board,
                                  const std::vector<std::string>& flags) {
    std::vector<std::string> command = {"leaderboard", "show",     "--category",
                                        board,         "--format", "json"};
    command.insert(command.end(), flags.begin(), flags.end());
    const CommandResult shown = cluster_->Arenactl(command);
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    EXPECT_EQ(QueryNumber(*cluster_,
                          fmt::format("select count(*) from arena.leaderboard_tables where "
                                      "snapshot_id = {} and board = '{}' and content || E'\\n' = "
                                      "$${}$$",
                                      Newest(series), board, shown.out)),
              1)
        << series << ' ' << board << ": " << shown.out;
  }

  static ArenaCluster* cluster_;
};
ArenaCluster* VerifyJourney::cluster_ = nullptr;

TEST_F(VerifyJourney, EverySnapshotOfRestartsTakeOversAndRetractionsIsRecomputed) {
  // A take-over is a new term.
  EXPECT_GE(QueryNumber(*cluster_, "select count(distinct term) from arena.leaderboard_snapshots"),
            2);
  const int64_t all = QueryNumber(
      *cluster_, "select count(*) from arena.leaderboard_snapshots where not is_thinned");
  EXPECT_GE(all, 10);
  for (const std::vector<std::string>& flags :
       std::vector<std::vector<std::string>>{{}, {"--log", ExportLog(*cluster_).path}}) {
    std::vector<std::string> arguments = {"--all"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const CommandResult verified = Verify(arguments);
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    const int64_t seen = std::atoll(verified.out.c_str());
    EXPECT_EQ(seen, all);
    EXPECT_THAT(verified.out, HasSubstr(fmt::format("{} snapshots: {} the same bytes, 0 the same "
                                                    "numbers of another library version, 0 differ",
                                                    seen, seen)));
  }

  const CommandResult newest = Verify({});
  EXPECT_EQ(newest.exit_code, 0) << newest.out << newest.err;
  EXPECT_THAT(newest.out, HasSubstr(fmt::format("snapshot {} (counts", Newest("counts"))));
  EXPECT_THAT(newest.out, HasSubstr(fmt::format("snapshot {} (elo", Newest("elo"))));
  EXPECT_THAT(newest.out, HasSubstr(fmt::format("snapshot {} (style", Newest("style"))));
}

TEST_F(VerifyJourney, AChangedTableIsNamed) {
  const int64_t snapshot = Newest("counts");
  const auto replace = [&](const char* from, const char* to) {
    Execute(*cluster_, fmt::format("update arena.leaderboard_tables set content = replace(content, "
                                   "'{}', '{}') where snapshot_id = {} and board = "
                                   "'without-refusals'",
                                   from, to, snapshot));
  };
  replace("juniper-large", "juniper-huge");
  const CommandResult changed = Verify({std::to_string(snapshot)});
  EXPECT_EQ(changed.exit_code, 1);
  EXPECT_THAT(changed.out, HasSubstr("DIFFERS: board without-refusals: model juniper-huge"));
  EXPECT_THAT(changed.err, HasSubstr("1 of 1 snapshots differ"));
  const CommandResult all = Verify({"--all"});
  EXPECT_EQ(all.exit_code, 1);
  EXPECT_THAT(all.out, HasSubstr(", 1 differ"));
  replace("juniper-huge", "juniper-large");
  EXPECT_EQ(Verify({std::to_string(snapshot)}).exit_code, 0);
}

TEST_F(VerifyJourney, NumbersOfAnotherLibraryAgreeWithACodeOfTheirOwn) {
  const int64_t snapshot = Newest("elo");
  const auto set_version = [&](const char* expression) {
    Execute(*cluster_, fmt::format("update arena.leaderboard_snapshots set library_version = {} "
                                   "where snapshot_id = {}",
                                   expression, snapshot));
  };
  set_version("library_version || '-other'");
  const CommandResult other = Verify({std::to_string(snapshot)});
  EXPECT_EQ(other.exit_code, 2) << other.out << other.err;
  EXPECT_THAT(other.out, HasSubstr("the same numbers to 1e-9, of rating library "));
  set_version("replace(library_version, '-other', '')");
  EXPECT_EQ(Verify({std::to_string(snapshot)}).exit_code, 0);
}

TEST_F(VerifyJourney, WhatIsNotThereIsRefused) {
  const CommandResult unknown = Verify({"999999"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("SNAPSHOT_NOT_FOUND"));
  const std::string log = cluster_->PathOf("part.jsonl");
  WriteFile(log, "{}\n");
  const CommandResult broken = Verify({"--log", log});
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.err, HasSubstr("part.jsonl:1: 'position' is missing"));
  EXPECT_EQ(Verify({"--all", "7"}).exit_code, 1);
}

// What is shown is what is stored, and so what verify recomputes.
TEST_F(VerifyJourney, EveryBoardIsShownAsItIsStored) {
  const json listed = json::parse(
      cluster_->Arenactl({"leaderboard", "categories", "--format", "json"}).out, nullptr, false);
  ASSERT_TRUE(listed.is_object());
  int published = 0;
  int published_with_style = 0;
  for (const json& category : listed["categories"]) {
    const std::string board = category["board"];
    if (category["published"].get<bool>()) {
      ++published;
      ExpectShownAsStored("counts", board, {"--method", "bt"});
    }
    // Few votes may not say what style is worth.
    if (category["style_control_published"].get<bool>()) {
      ++published_with_style;
      ExpectShownAsStored("style", board, {"--style-control"});
    }
    if (category["published"].get<bool>()) continue;
    const CommandResult shown = cluster_->Arenactl({"leaderboard", "show", "--category", board});
    EXPECT_EQ(shown.exit_code, 1);
    EXPECT_THAT(shown.err, AllOf(HasSubstr("is published once it has 20 votes"),
                                 HasSubstr("(BOARD_NOT_PUBLISHED)")));
  }
  EXPECT_GE(published, 4);
  EXPECT_GE(published_with_style, 1);
  ExpectShownAsStored("elo", "overall", {"--method", "elo"});
}

TEST_F(VerifyJourney, AnUnknownBoardIsAnsweredWithThoseThatThereAre) {
  const CommandResult shown = cluster_->Arenactl({"leaderboard", "show", "--category", "poetry"});
  EXPECT_EQ(shown.exit_code, 1);
  EXPECT_THAT(shown.err, HasSubstr("There is no board poetry (BOARD_NOT_FOUND)"));
  EXPECT_THAT(shown.err, HasSubstr("There are: overall, coding, math,"));
}

TEST_F(VerifyJourney, ThePastIsShownAndListed) {
  const json listed = json::parse(cluster_
                                      ->Arenactl({"leaderboard", "snapshots", "--series", "counts",
                                                  "--limit", "0", "--format", "json"})
                                      .out,
                                  nullptr, false);
  ASSERT_TRUE(listed.is_object());
  EXPECT_EQ(std::ssize(listed["snapshots"]),
            QueryNumber(*cluster_,
                        "select count(*) from arena.leaderboard_snapshots where series "
                        "= 'counts'"));
  EXPECT_EQ(listed["snapshots"][0]["snapshot"], Newest("counts"));

  const json& middle = listed["snapshots"][listed["snapshots"].size() / 2];
  const std::string at = std::to_string(middle["position"].get<int64_t>());
  const std::string log = ExportLog(*cluster_).path;
  const CommandResult computed =
      cluster_->Arenactl({"rate", log, "--until", at, "--format", "json"});
  const std::vector<std::vector<std::string>> ways = {
      {"--as-of", std::to_string(middle["snapshot"].get<int64_t>())},
      {"--as-of", "position:" + at},
      {"--until", at},
      {"--as-of", "time:" + middle["publish_time"].get<std::string>()}};
  for (const std::vector<std::string>& flags : ways) {
    std::vector<std::string> command = {"leaderboard", "show", "--format", "json"};
    command.insert(command.end(), flags.begin(), flags.end());
    const CommandResult shown = cluster_->Arenactl(command);
    EXPECT_EQ(shown.out, computed.out) << flags[1] << ": " << shown.err;
    EXPECT_THAT(shown.err, HasSubstr("covers position " + at));
  }
}

TEST_F(VerifyJourney, HistoryEndsWithWhatIsShownNow) {
  const json shown = ShowLeaderboard(*cluster_, "bt");
  const std::string model = shown["models"][0]["model"];
  const CommandResult history =
      cluster_->Arenactl({"leaderboard", "history", model, "--step", "1s", "--format", "json"});
  ASSERT_EQ(history.exit_code, 0) << history.err;
  const json points = json::parse(history.out)["points"];
  ASSERT_GE(points.size(), 2u);
  EXPECT_EQ(points.back()["models"][0]["model"], model);
  EXPECT_EQ(points.back()["models"][0]["rating"], shown["models"][0]["rating"]);
  EXPECT_EQ(points.back()["snapshot"], Newest("counts"));
  const CommandResult unknown = cluster_->Arenactl({"leaderboard", "history", "nobody"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("MODEL_NOT_FOUND"));
}

}  // namespace
}  // namespace arena::testing
