// The real binary: what it prints, what it refuses to start with, how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <string>
#include <vector>

#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "common/rpc/channel.h"
#include "tests/support/child_process.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/test_postgres.h"

namespace arena::matchmaker {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::Duration kPatience = absl::Seconds(20);
constexpr char kKey[] = "0123456789abcdef0123456789abcdef";

class MatchmakerProcessTest : public ::testing::Test {
 protected:
  testing::ChildOptions Options(std::map<std::string, std::string> environment,
                                const std::string& listen = "127.0.0.1:0") {
    return {.command = {ARENA_MATCHMAKER_BINARY, "--listen", listen, "--metrics-listen",
                        "127.0.0.1:0", "--database", database_.conninfo("arena_matchmaker")},
            .environment = std::move(environment),
            .log_path = folder_.PathOf("log"),
            .read_stdout = true};
  }

  std::string Log() const { return testing::ReadFile(folder_.PathOf("log")); }

  const std::map<std::string, std::string> keys_ = {{"ARENA_BATTLE_KEY", kKey},
                                                    {"ARENA_VOTER_KEY", kKey}};
  testing::ScratchFolder folder_;
  testing::TestDatabase database_;
};

TEST_F(MatchmakerProcessTest, SaysWhereItListensServesAndEndsOnSigterm) {
  testing::ChildProcess child(Options(keys_));
  const auto line = child.ReadLine(kPatience);
  ASSERT_TRUE(line.has_value()) << Log();
  ASSERT_THAT(*line, ::testing::StartsWith("listening 127.0.0.1:"));
  const auto stub =
      v1::MatchmakerService::NewStub(*rpc::MakeChannel({.address = line->substr(10)}));
  grpc::ClientContext context;
  rpc::SetDeadline(context, kPatience);
  v1::ListModelsResponse response;
  EXPECT_TRUE(stub->ListModels(&context, {}, &response).ok());
  child.Signal(SIGTERM);
  EXPECT_EQ(child.Wait(kPatience), 0) << Log();
  EXPECT_THAT(Log(), Not(HasSubstr(kKey)));
}

TEST_F(MatchmakerProcessTest, DoesNotStartWithoutBothKeys) {
  for (const char* missing : {"ARENA_BATTLE_KEY", "ARENA_VOTER_KEY"}) {
    auto environment = keys_;
    environment[missing] = "";
    testing::ChildProcess child(Options(environment));
    const auto exit_code = child.Wait(kPatience);
    ASSERT_TRUE(exit_code.has_value());
    EXPECT_NE(exit_code, 0);
    EXPECT_THAT(Log(), HasSubstr(missing));
  }
}

TEST_F(MatchmakerProcessTest, SaysInOneSentenceThatItsPortIsTaken) {
  testing::ChildProcess first(Options(keys_));
  const auto line = first.ReadLine(kPatience);
  ASSERT_TRUE(line.has_value()) << Log();
  testing::ChildProcess second(Options(keys_, line->substr(10)));
  EXPECT_EQ(second.Wait(kPatience), 1);
  EXPECT_THAT(Log(), HasSubstr("Cannot listen on " + line->substr(10)));
}

TEST_F(MatchmakerProcessTest, ChecksItsSettingsWithoutShowingSecrets) {
  testing::ChildOptions options = Options(keys_);
  options.command.push_back("--check-config");
  testing::ChildProcess child(options);
  std::string printed;
  while (const auto line = child.ReadLine(kPatience)) printed += *line + "\n";
  EXPECT_EQ(child.Wait(kPatience), 0) << Log();
  EXPECT_THAT(printed, HasSubstr("battle-key"));
  EXPECT_THAT(printed + Log(), Not(HasSubstr(kKey)));
}

}  // namespace
}  // namespace arena::matchmaker
