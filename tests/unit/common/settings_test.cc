#include "common/config/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "tests/support/scratch_folder.h"

namespace arena::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A program with one setting of each type, and what came out of starting it.
class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() : parser_({.name = "arena-test", .purpose = "Shows settings."}) {
    parser_.Group("Server");
    parser_.Add("listen", &listen_, "Address to listen on.",
                {"not empty", [](std::string_view text) { return !text.empty(); }});
    parser_.Add("readers", &readers_, "Threads that read.", Between(1, 64));
    parser_.Add("share", &share_, "Share of calls, 0 to 1.", Between(0, 1));
    parser_.Add("insecure-listen", &insecure_, "Listen anywhere.");
    parser_.Add("drain-time", &drain_, "Time to drain.",
                DurationBetween(absl::ZeroDuration(), absl::Minutes(1)));
    parser_.Group("Models");
    parser_.Add("tags", &tags_, "Tags to use.");
    parser_.Add("level", &level_, "How loud.", OneOf({"low", "high"}));
    parser_.AddSecret("voter-key", &key_, "Key of the voters' hashes.");
  }

  std::optional<int> Start(const std::vector<std::string>& arguments) {
    return parser_.Parse(
        arguments,
        [this](const std::string& name) -> std::optional<std::string> {
          const auto found = environment_.find(name);
          if (found == environment_.end()) return std::nullopt;
          return found->second;
        },
        out_, err_);
  }

  // Writes a settings file and returns its path.
  std::string File(const std::string& text) {
    file_ = folder_.Write("settings.yaml", text);
    return file_;
  }

  std::string listen_ = "127.0.0.1:0";
  int readers_ = 4;
  double share_ = 0.5;
  bool insecure_ = false;
  absl::Duration drain_ = absl::Seconds(10);
  std::vector<std::string> tags_;
  std::string level_ = "low";
  std::string key_;
  SettingsParser parser_;
  std::map<std::string, std::string> environment_;
  std::ostringstream out_;
  std::ostringstream err_;
  testing::ScratchFolder folder_;
  std::string file_;
};

TEST_F(SettingsTest, DefaultsHoldWhenNothingIsSaid) {
  EXPECT_EQ(Start({}), std::nullopt);
  EXPECT_EQ(listen_, "127.0.0.1:0");
  EXPECT_EQ(readers_, 4);
}

TEST_F(SettingsTest, FlagsFillEveryType) {
  EXPECT_EQ(Start({"--listen", "[::1]:5", "--readers=7", "--share", "0.25", "--insecure-listen",
                   "--drain-time", "400ms", "--tags", "a, b", "--level", "high"}),
            std::nullopt)
      << err_.str();
  EXPECT_EQ(listen_, "[::1]:5");
  EXPECT_EQ(readers_, 7);
  EXPECT_EQ(share_, 0.25);
  EXPECT_TRUE(insecure_);
  EXPECT_EQ(drain_, absl::Milliseconds(400));
  EXPECT_EQ(tags_, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(level_, "high");
}

TEST_F(SettingsTest, FileFillsEveryType) {
  const std::string file = File(
      "listen: 10.0.0.1:5\nreaders: 7\nshare: 0.25\ninsecure-listen: true\ndrain-time: 1m\n"
      "tags: [a, b]\nlevel: high\nvoter-key: hush\n");
  EXPECT_EQ(Start({"--config", file}), std::nullopt) << err_.str();
  EXPECT_EQ(readers_, 7);
  EXPECT_TRUE(insecure_);
  EXPECT_EQ(drain_, absl::Minutes(1));
  EXPECT_EQ(tags_, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(key_, "hush");
}

TEST_F(SettingsTest, FlagWinsOverEnvironmentOverFileOverDefault) {
  environment_ = {{"ARENA_READERS", "2"}, {"ARENA_DRAIN_TIME", "2s"}};
  const std::string file = File("readers: 1\ndrain-time: 1s\nlevel: high\n");
  EXPECT_EQ(Start({"--config", file, "--readers", "3"}), std::nullopt);
  EXPECT_EQ(readers_, 3);
  EXPECT_EQ(drain_, absl::Seconds(2));
  EXPECT_EQ(level_, "high");
  EXPECT_EQ(share_, 0.5);
}

TEST_F(SettingsTest, FalseSwitchesASwitchOff) {
  environment_ = {{"ARENA_INSECURE_LISTEN", "true"}};
  EXPECT_EQ(Start({"--insecure-listen=false"}), std::nullopt);
  EXPECT_FALSE(insecure_);
}

TEST_F(SettingsTest, FileCanBeNamedByTheEnvironment) {
  environment_ = {{"ARENA_CONFIG", File("readers: 9\n")}};
  EXPECT_EQ(Start({}), std::nullopt);
  EXPECT_EQ(readers_, 9);
}

TEST_F(SettingsTest, UnknownKeyOfTheFileIsNamed) {
  EXPECT_EQ(Start({"--config", File("reader: 9\n")}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("'reader' in " + file_ + " is not a setting"));
}

TEST_F(SettingsTest, UnknownFlagIsNamed) {
  EXPECT_EQ(Start({"--reader", "9"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("--reader"));
}

TEST_F(SettingsTest, WrongValuesAreRefusedWithTheirOrigin) {
  struct Case {
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment;
    std::string message;
  };
  for (const Case& wrong : std::vector<Case>{
           {{"--readers", "many"}, {}, "--readers must be a whole number, not 'many'."},
           {{"--readers", "0"}, {}, "--readers must be between 1 and 64, not '0'."},
           {{}, {{"ARENA_READERS", "65"}}, "ARENA_READERS must be between 1 and 64, not '65'."},
           {{"--share", "nan"}, {}, "--share must be a number, not 'nan'."},
           {{"--drain-time", "5"}, {}, "--drain-time must be a duration such as 400ms or 30s"},
           {{"--drain-time", "2m"}, {}, "--drain-time must be between 0 and 1m, not '2m'."},
           {{"--level", "mid"}, {}, "--level must be one of low, high, not 'mid'."},
           {{"--listen", ""}, {}, "--listen must be not empty, not ''."},
           {{"--insecure-listen=maybe"}, {}, "--insecure-listen must be true or false"}}) {
    environment_ = wrong.environment;
    err_.str("");
    EXPECT_EQ(Start(wrong.arguments), 1);
    EXPECT_THAT(err_.str(), HasSubstr(wrong.message));
  }
}

TEST_F(SettingsTest, BrokenFilesAreRefusedInOneSentence) {
  EXPECT_EQ(Start({"--config", "/nonexistent/arena.yaml"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("/nonexistent/arena.yaml cannot be read"));
  EXPECT_EQ(Start({"--config", "/tmp"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("/tmp is no file that can be read"));
  for (const char* text : {"- a\n", "readers: {a: 1}\n", "readers:\n", "readers: 1\nreaders: 2\n",
                           "readers: [[1]]\n", "\"unclosed\n", "readers: 1\n---\nshare: 1\n"}) {
    err_.str("");
    EXPECT_EQ(Start({"--config", File(text)}), 1) << text;
    EXPECT_THAT(err_.str(), HasSubstr(file_)) << text;
  }
}

TEST_F(SettingsTest, CheckConfigPrintsEffectiveSettingsWithoutSecrets) {
  environment_ = {{"ARENA_VOTER_KEY", "hush"}};
  EXPECT_EQ(Start({"--check-config", "--readers", "7", "--tags", "a,b"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("readers: 7\n"));
  EXPECT_THAT(out_.str(), HasSubstr("tags: [a, b]\n"));
  EXPECT_THAT(out_.str(), HasSubstr("drain-time: 10s\n"));
  EXPECT_THAT(out_.str(), HasSubstr("voter-key: (set)\n"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("hush")));
}

TEST_F(SettingsTest, CheckConfigSaysWhichSecretIsMissing) {
  EXPECT_EQ(Start({"--check-config"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("voter-key: (not set)\n"));
}

TEST_F(SettingsTest, CheckConfigFailsOnAMistake) {
  EXPECT_EQ(Start({"--check-config", "--readers", "0"}), 1);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(SettingsTest, SecretsAreRefusedAsFlagsAndNotRepeated) {
  EXPECT_EQ(Start({"--voter-key", "hush"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("ARENA_VOTER_KEY"));
  EXPECT_THAT(err_.str(), Not(HasSubstr("hush")));
}

TEST_F(SettingsTest, RulesSeeTheFilledTargets) {
  parser_.AddRule([this]() -> absl::Status {
    if (readers_ < 5 || !insecure_) return absl::OkStatus();
    return absl::InvalidArgumentError("Too many readers for an open server.");
  });
  EXPECT_EQ(Start({"--readers", "9", "--insecure-listen"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("Too many readers for an open server."));
}

TEST_F(SettingsTest, HelpNamesPurposeGroupsDefaultsAndVariables) {
  EXPECT_EQ(Start({"--help"}), 0);
  for (const char* part :
       {"arena-test: Shows settings.", "\nServer\n", "\nModels\n", "--drain-time DURATION",
        "[between 0 and 1m; default 10s; ARENA_DRAIN_TIME]",
        "[one of low, high; default low; ARENA_LEVEL]", "[default false; ARENA_INSECURE_LISTEN]",
        "[secret: ARENA_VOTER_KEY or the file]", "--check-config"}) {
    EXPECT_THAT(out_.str(), HasSubstr(part));
  }
  EXPECT_THAT(out_.str(), Not(HasSubstr("--voter-key")));
}

TEST_F(SettingsTest, VersionIsOneLine) {
  EXPECT_EQ(Start({"--version"}), 0);
  EXPECT_THAT(out_.str(), ::testing::MatchesRegex("arena-test [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

}  // namespace
}  // namespace arena::config
