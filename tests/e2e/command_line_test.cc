#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "common/postgres/database.h"
#include "tests/e2e/exported_log.h"
#include "tests/support/arena_cluster.h"
#include "tests/support/test_postgres.h"

namespace arena::testing {
namespace {

using nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

// One system for the commands that leave little behind.
class CommandLineJourney : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = ArenaCluster::Start();
    ASSERT_TRUE(started.ok()) << started.status();
    cluster_ = started->release();
  }
  static void TearDownTestSuite() {
    delete cluster_;
    cluster_ = nullptr;
  }
  void SetUp() override { ASSERT_NE(cluster_, nullptr); }

  static ArenaCluster* cluster_;
};
ArenaCluster* CommandLineJourney::cluster_ = nullptr;

TEST_F(CommandLineJourney, StatusNamesAllFourAndFailsWhenOneIsAway) {
  const CommandResult healthy = cluster_->Arenactl({"status", "--json"});
  EXPECT_EQ(healthy.exit_code, 0) << healthy.err;
  const json services = json::parse(healthy.out)["services"];
  ASSERT_EQ(services.size(), 4u);
  for (const json& service : services) EXPECT_EQ(service["status"], "serving") << service;

  // Port 1 is nobody's.
  const CommandResult broken = cluster_->Arenactl({"status", "--rating", "127.0.0.1:1"});
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.out, ContainsRegex("matchmaker +127.0.0.1:[0-9]+ +serving"));
  EXPECT_THAT(broken.out, ContainsRegex("rating +127.0.0.1:1 +unreachable"));
  EXPECT_THAT(broken.err, HasSubstr("Not serving: rating;"));
}

// Every binary says what it is for, and how it is called.
TEST_F(CommandLineJourney, HelpOfEveryBinaryNamesItsPurpose) {
  for (const auto& [binary, purpose] :
       {std::pair("arena-matchmaker", "Makes battles"),
        std::pair("arena-model-gateway", "Streams the replies of both models"),
        std::pair("arena-vote-ingest", "commits each to the vote log"),
        std::pair("arena-rating", "publishes leaderboards"),
        std::pair("arena-demo-models", "scripted language models"),
        std::pair("arenactl", "command-line tool")}) {
    const CommandResult help = RunBinary(binary, {"--help"});
    EXPECT_EQ(help.exit_code, 0) << binary << help.err;
    EXPECT_THAT(help.out, HasSubstr(purpose)) << binary;
    EXPECT_THAT(help.out, HasSubstr("Usage: ")) << binary;
    EXPECT_EQ(help.err, "") << binary;
  }
}

TEST_F(CommandLineJourney, AServiceWithoutItsSecretSaysWhichOneIsMissing) {
  const CommandResult refused =
      RunBinary("arena-vote-ingest", {"--check-config", "--database", "host=127.0.0.1"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("ARENA_VOTER_KEY must be set"));
  EXPECT_EQ(refused.out, "");
}

TEST_F(CommandLineJourney, MigrateMakesAnEmptyDatabaseReadyAndThenHasNothingToDo) {
  TestDatabase database;
  Database admin({.conninfo = database.conninfo()});
  ASSERT_TRUE(admin
                  .Run([](pqxx::nontransaction& session) {
                    session.exec("drop schema arena cascade");
                    return absl::OkStatus();
                  })
                  .ok());
  const CommandResult first = cluster_->Arenactl({"migrate", "--database", database.conninfo()});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("applied 0001_roles\n"));
  EXPECT_THAT(first.out, HasSubstr("applied 0004_vote_log\n"));
  const CommandResult second = cluster_->Arenactl({"migrate", "--database", database.conninfo()});
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr("0 applied; the database is at migration"));
}

TEST_F(CommandLineJourney, ModelsAppliedAreListedAndApplyingThemAgainChangesNothing) {
  const std::string file = cluster_->PathOf("models.yaml");
  WriteFile(file, "models:\n- {name: fir-draft, organization: '${ORG}', license: MIT}\n");
  const CommandResult unset = cluster_->Arenactl({"models", "apply", file});
  EXPECT_EQ(unset.exit_code, 1);
  EXPECT_THAT(unset.err, HasSubstr("models.yaml:2: the environment variable ORG is not set"));

  WriteFile(file, "models:\n- {name: fir-draft, organization: Hillside, license: MIT}\n");
  EXPECT_EQ(cluster_->Arenactl({"models", "apply", file}).out,
            "1 added, 0 changed, 0 unchanged.\n");
  EXPECT_EQ(cluster_->Arenactl({"models", "apply", file}).out,
            "0 added, 0 changed, 1 unchanged.\n");

  const CommandResult all = cluster_->Arenactl({"models", "list", "--all"});
  EXPECT_THAT(all.out, ContainsRegex("fir-draft +draft +Hillside +MIT"));
  EXPECT_THAT(all.out, ContainsRegex("juniper-large +active +Northwood"));
  const CommandResult named = cluster_->Arenactl({"models", "list", "--json"});
  EXPECT_THAT(named.out, ::testing::Not(HasSubstr("fir-draft")));
  EXPECT_THAT(named.out, HasSubstr("\"name\":\"juniper-large\""));
}

// What the file's form cannot show, the server refuses, by name and with its reason.
TEST_F(CommandLineJourney, AModelWithABadAddressIsRefusedAndNothingIsApplied) {
  const std::string file = cluster_->PathOf("bad-address.yaml");
  for (const std::string url : {"file:///etc/passwd", "http:///v1", "127.0.0.1:80",
                                "https://user:secret@example.com", "http://example.com/?key=1"}) {
    WriteFile(file,
              "models:\n- name: elm-fine\n- name: elm-bad\n  endpoints:\n"
              "  - {protocol: openai, url: '" +
                  url + "'}\n");
    const CommandResult refused = cluster_->Arenactl({"models", "apply", file});
    EXPECT_EQ(refused.exit_code, 1) << url;
    EXPECT_THAT(refused.err, HasSubstr("elm-bad")) << url;
    EXPECT_THAT(refused.err, HasSubstr("MODEL_INVALID")) << url;
    EXPECT_THAT(refused.err, ::testing::Not(HasSubstr("secret"))) << url;
  }
  EXPECT_THAT(cluster_->Arenactl({"models", "list", "--all"}).out,
              ::testing::Not(HasSubstr("elm-fine")));
}

TEST_F(CommandLineJourney, AFileWithOneBadLineImportsNothing) {
  const size_t before = ExportLog(*cluster_).entries.size();
  const std::string file = cluster_->PathOf("bad.jsonl");
  WriteFile(file, R"({"model_a":"juniper-large","model_b":"birch-tiny","winner":"left"}
{"model_a":"juniper-large","model_b":"birch-tiny","winner":"both"})");
  const CommandResult bad = cluster_->Arenactl({"votes", "import", file});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.err, HasSubstr("bad.jsonl:2: 'winner' is 'both'"));
  EXPECT_EQ(ExportLog(*cluster_).entries.size(), before);
}

TEST_F(CommandLineJourney, UnknownModelsAreRefusedUntilTheyAreToBeRegistered) {
  const std::string file = cluster_->PathOf("new.jsonl");
  WriteFile(file, R"({"model_a":"juniper-large","model_b":"yew-new","winner":"left","language":"de"}
{"model_a":"yew-new","model_b":"juniper-large","winner":"both_bad"})");
  const size_t before = ExportLog(*cluster_).entries.size();
  const CommandResult refused = cluster_->Arenactl({"votes", "import", file});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("first 'yew-new'; nothing was imported"));
  EXPECT_EQ(ExportLog(*cluster_).entries.size(), before);

  const CommandResult imported = cluster_->Arenactl({"votes", "import", file, "--register-models"});
  EXPECT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_THAT(imported.out, HasSubstr("2 votes of new.jsonl imported, 0 were there before."));
  const ExportedLog log = ExportLog(*cluster_);
  ASSERT_EQ(log.entries.size(), before + 2);
  EXPECT_EQ(log.entries[before]["model_b"], "yew-new");
  EXPECT_EQ(log.entries[before]["language"], "de");
  EXPECT_EQ(log.entries[before]["rated"], true);
  EXPECT_EQ(log.entries[before + 1]["winner"], "both_bad");
}

TEST_F(CommandLineJourney, ErrorsAreOneSentenceThatNamesWhatToDo) {
  const CommandResult away = cluster_->Arenactl({"models", "list", "--matchmaker", "127.0.0.1:1"});
  EXPECT_EQ(away.exit_code, 1);
  EXPECT_THAT(away.err, HasSubstr("matchmaker at 127.0.0.1:1 cannot be reached"));
  EXPECT_THAT(away.err, HasSubstr("./arena up"));
  const CommandResult board = cluster_->Arenactl({"leaderboard", "show", "--board", "nowhere"});
  EXPECT_EQ(board.exit_code, 1);
  EXPECT_THAT(board.err, HasSubstr("BOARD_NOT_FOUND"));
  const CommandResult mistake = cluster_->Arenactl({"votes", "import"});
  EXPECT_EQ(mistake.exit_code, 1);
  EXPECT_EQ(mistake.err, "arenactl: FILE is required; see 'arenactl votes import --help'.\n");
  for (const auto& [arguments, what] : {
           std::pair<std::vector<std::string>, std::string>{
               {"frob"}, "there is no command 'frob'; see 'arenactl --help'"},
           {{"votes", "frob"}, "there is no command 'frob'; see 'arenactl votes --help'"},
           {{"--frob"}, "there is no option '--frob'; see 'arenactl --help'"},
           {{}, "A subcommand is required; see 'arenactl --help'"},
       }) {
    const CommandResult unknown = cluster_->Arenactl(arguments);
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_EQ(unknown.err, "arenactl: " + what + ".\n");
  }
}

}  // namespace
}  // namespace arena::testing
