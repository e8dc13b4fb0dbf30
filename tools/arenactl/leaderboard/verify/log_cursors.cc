#include "tools/arenactl/leaderboard/verify/log_cursors.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "common/base/status_macros.h"
#include "tools/arenactl/rate/text_source.h"
#include "tools/arenactl/votes/entry_parser.h"
#include "tools/arenactl/votes/log_stream.h"

namespace arena::arenactl {
namespace {

using TakeEntry = std::function<absl::Status(const v1::VoteEntry&)>;

class RemoteCursor : public LogCursor {
 public:
  explicit RemoteCursor(const Remote& vote_ingest) : vote_ingest_(vote_ingest) {}

  absl::Status ReadUntil(int64_t position, const TakeEntry& take) override {
    if (next_ > position) return absl::OkStatus();
    return StreamLog(vote_ingest_, next_, position, [&](const v1::ExportVotesResponse& batch) {
      for (const v1::VoteEntry& entry : batch.entries()) {
        ARENA_RETURN_IF_ERROR(take(entry));
        next_ = entry.position() + 1;
      }
      return absl::OkStatus();
    });
  }

 private:
  const Remote vote_ingest_;
  int64_t next_ = 1;
};

class FileCursor : public LogCursor {
 public:
  FileCursor(std::string path, std::unique_ptr<rate::TextSource> text)
      : path_(std::move(path)), text_(std::move(text)) {}

  absl::Status ReadUntil(int64_t position, const TakeEntry& take) override {
    while (true) {
      if (!ahead_.has_value()) ARENA_RETURN_IF_ERROR(ReadEntry());
      if (!ahead_.has_value() || ahead_->position() > position) return absl::OkStatus();
      ARENA_RETURN_IF_ERROR(take(*ahead_));
      ahead_.reset();
    }
  }

 private:
  // Reads the next entry into `ahead_`; none at the end of the file.
  absl::Status ReadEntry() {
    while (!ahead_.has_value()) {
      ARENA_ASSIGN_OR_RETURN(const std::optional<std::string_view> line, NextLine());
      if (!line.has_value()) return absl::OkStatus();
      if (line->find_first_not_of(" \t\r") == std::string_view::npos) continue;
      auto entry = parser_.Parse(*line);
      if (!entry.ok()) {
        return absl::InvalidArgumentError(
            fmt::format("{}:{}: {}.", path_, line_, std::string(entry.status().message())));
      }
      ahead_ = *std::move(entry);
    }
    return absl::OkStatus();
  }

  // Valid until the next call.
  absl::StatusOr<std::optional<std::string_view>> NextLine() {
    text_->Consume(std::exchange(consumed_, 0));
    ++line_;
    for (size_t from = 0; true;) {
      const std::string_view window = text_->Window();
      const size_t end = window.find('\n', from);
      if (end != std::string_view::npos) {
        consumed_ = end + 1;
        return window.substr(0, end);
      }
      from = window.size();
      ARENA_ASSIGN_OR_RETURN(const bool has_more, text_->ReadMore());
      if (has_more) continue;
      consumed_ = text_->Window().size();
      if (consumed_ == 0) return std::nullopt;
      return text_->Window();
    }
  }

  const std::string path_;
  const std::unique_ptr<rate::TextSource> text_;
  EntryParser parser_;
  // Read and not yet taken.
  std::optional<v1::VoteEntry> ahead_;
  size_t consumed_ = 0;
  int64_t line_ = 0;
};

}  // namespace

std::unique_ptr<LogCursor> ReadRemoteLog(const Remote& vote_ingest) {
  return std::make_unique<RemoteCursor>(vote_ingest);
}

absl::StatusOr<std::unique_ptr<LogCursor>> ReadLogFile(const std::string& path) {
  ARENA_ASSIGN_OR_RETURN(std::unique_ptr<rate::TextSource> text, rate::TextSource::Open(path));
  return std::make_unique<FileCursor>(path, std::move(text));
}

}  // namespace arena::arenactl
