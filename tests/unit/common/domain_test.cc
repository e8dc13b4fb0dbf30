#include <gtest/gtest.h>

#include <string>

#include "arena/v1/battle.pb.h"
#include "arena/v1/model.pb.h"
#include "arena/v1/vote.pb.h"
#include "common/base/limits.h"
#include "common/domain/battle.h"
#include "common/domain/model_name.h"

namespace arena {
namespace {

// Services convert between the two by number alone.
TEST(DomainTest, NumbersAreThoseOfTheProto) {
  EXPECT_EQ(static_cast<int>(Side::kLeft), v1::SIDE_LEFT);
  EXPECT_EQ(static_cast<int>(Side::kRight), v1::SIDE_RIGHT);
  EXPECT_EQ(static_cast<int>(BattleMode::kAnonymous), v1::BATTLE_MODE_ANONYMOUS);
  EXPECT_EQ(static_cast<int>(BattleMode::kSideBySide), v1::BATTLE_MODE_SIDE_BY_SIDE);
  EXPECT_EQ(static_cast<int>(BattleMode::kDirect), v1::BATTLE_MODE_DIRECT);
  EXPECT_EQ(static_cast<int>(SideEnd::kComplete), v1::SIDE_END_COMPLETE);
  EXPECT_EQ(static_cast<int>(SideEnd::kLength), v1::SIDE_END_LENGTH);
  EXPECT_EQ(static_cast<int>(SideEnd::kFiltered), v1::SIDE_END_FILTERED);
  EXPECT_EQ(static_cast<int>(SideEnd::kTruncated), v1::SIDE_END_TRUNCATED);
  EXPECT_EQ(static_cast<int>(SideEnd::kFailed), v1::SIDE_END_FAILED);
  EXPECT_EQ(static_cast<int>(SideEnd::kTimedOut), v1::SIDE_END_TIMED_OUT);
  EXPECT_EQ(static_cast<int>(SideEnd::kCancelled), v1::SIDE_END_CANCELLED);
  EXPECT_EQ(static_cast<int>(Choice::kLeft), v1::CHOICE_LEFT);
  EXPECT_EQ(static_cast<int>(Choice::kRight), v1::CHOICE_RIGHT);
  EXPECT_EQ(static_cast<int>(Choice::kTie), v1::CHOICE_TIE);
  EXPECT_EQ(static_cast<int>(Choice::kBothBad), v1::CHOICE_BOTH_BAD);
  EXPECT_EQ(static_cast<int>(ModelState::kDraft), v1::MODEL_STATE_DRAFT);
  EXPECT_EQ(static_cast<int>(ModelState::kAnonymousOnly), v1::MODEL_STATE_ANONYMOUS_ONLY);
  EXPECT_EQ(static_cast<int>(ModelState::kActive), v1::MODEL_STATE_ACTIVE);
  EXPECT_EQ(static_cast<int>(ModelState::kRetired), v1::MODEL_STATE_RETIRED);
  EXPECT_EQ(static_cast<int>(UnratedReason::kNotAnonymous), v1::UNRATED_REASON_NOT_ANONYMOUS);
  EXPECT_EQ(static_cast<int>(UnratedReason::kAfterReveal), v1::UNRATED_REASON_AFTER_REVEAL);
  EXPECT_EQ(static_cast<int>(UnratedReason::kReplyIncomplete), v1::UNRATED_REASON_REPLY_INCOMPLETE);
  EXPECT_EQ(static_cast<int>(UnratedReason::kIdentityShown), v1::UNRATED_REASON_IDENTITY_SHOWN);
  EXPECT_EQ(static_cast<int>(UnratedReason::kFlagged), v1::UNRATED_REASON_FLAGGED);
  EXPECT_EQ(static_cast<int>(UnratedReason::kFrequentPrompt), v1::UNRATED_REASON_FREQUENT_PROMPT);
  EXPECT_EQ(static_cast<int>(VoteKind::kVote), v1::VOTE_KIND_VOTE);
  EXPECT_EQ(static_cast<int>(VoteKind::kRetraction), v1::VOTE_KIND_RETRACTION);
  EXPECT_EQ(static_cast<int>(VoteKind::kRestoration), v1::VOTE_KIND_RESTORATION);
  EXPECT_EQ(static_cast<int>(VoteKind::kAnnotation), v1::VOTE_KIND_ANNOTATION);
}

TEST(DomainTest, AModelsNameIsShortPlainAndBeginsWithALetterOrDigit) {
  for (const std::string& name : {std::string("a"), std::string("Fir-2.5_b"), std::string("7b"),
                                  std::string(limits::kModelNameBytes, 'x')}) {
    EXPECT_TRUE(IsModelName(name)) << name;
  }
  for (const std::string& name :
       {std::string(), std::string("-a"), std::string("a b"), std::string("a/b"), std::string("ä"),
        std::string("a\n"), std::string(limits::kModelNameBytes + 1, 'x')}) {
    EXPECT_FALSE(IsModelName(name)) << name;
  }
}

TEST(DomainTest, OnlyCompleteAndLengthAreFullReplies) {
  EXPECT_TRUE(IsFullReply(SideEnd::kComplete));
  EXPECT_TRUE(IsFullReply(SideEnd::kLength));
  for (const SideEnd end : {SideEnd::kFiltered, SideEnd::kTruncated, SideEnd::kFailed,
                            SideEnd::kTimedOut, SideEnd::kCancelled}) {
    EXPECT_FALSE(IsFullReply(end));
  }
}

}  // namespace
}  // namespace arena
