#include "tools/demo-models/questions/profiles.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <set>
#include <sstream>

namespace arena::demo {
namespace {

TEST(DemoProfilesTest, SuccessRatesFallByAtLeastATenth) {
  for (size_t i = 1; i < kProfiles.size(); ++i) {
    EXPECT_GE(kProfiles[i - 1].success_rate - kProfiles[i].success_rate, 0.1) << kProfiles[i].name;
  }
}

TEST(DemoProfilesTest, EachModelHasAStyleOfItsOwn) {
  std::set<Style> styles;
  for (const Profile& profile : kProfiles) styles.insert(profile.style);
  EXPECT_EQ(styles.size(), kProfiles.size());
}

TEST(DemoProfilesTest, FindsAProfileByItsWholeNameOnly) {
  EXPECT_EQ(FindProfile("aspen-chat"), &kProfiles[1]);
  EXPECT_EQ(FindProfile("aspen"), nullptr);
  EXPECT_EQ(FindProfile(""), nullptr);
}

TEST(DemoProfilesTest, ModelsFileListsThemInTheSameOrder) {
  const YAML::Node models = YAML::LoadFile(ARENA_DEMO_FOLDER "/models.yaml")["models"];
  ASSERT_EQ(models.size(), kProfiles.size());
  for (size_t i = 0; i < kProfiles.size(); ++i) {
    EXPECT_EQ(models[i]["name"].as<std::string>(), kProfiles[i].name);
    EXPECT_EQ(models[i]["organization"].as<std::string>(), kProfiles[i].organization);
    EXPECT_EQ(models[i]["provider"].as<std::string>(), kProvider);
    EXPECT_EQ(models[i]["endpoints"][0]["model"].as<std::string>(), kProfiles[i].name);
  }
}

TEST(DemoProfilesTest, ReadmeStatesTheRatesThatTheModelsHave) {
  std::ostringstream readme;
  readme << std::ifstream(ARENA_DEMO_FOLDER "/README.md").rdbuf();
  size_t at = 0;
  for (const Profile& profile : kProfiles) {
    const auto percent = static_cast<int>(profile.success_rate * 100 + 0.5);
    const std::string row =
        "| `" + std::string(profile.name) + "` | " + std::to_string(percent) + " % |";
    const size_t found = readme.str().find(row);
    ASSERT_NE(found, std::string::npos) << row;
    EXPECT_GT(found, at) << "rows are ordered from best to worst";
    at = found;
  }
}

}  // namespace
}  // namespace arena::demo
