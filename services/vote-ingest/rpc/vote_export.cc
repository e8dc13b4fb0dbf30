#include "services/vote-ingest/rpc/vote_export.h"

#include <algorithm>
#include <utility>

#include "services/vote-ingest/rpc/convert.h"

namespace arena::vote_ingest {

void VoteExport::Start(const LogRange& range, Places::Place place, std::string voter_key,
                       VoteStore& store, rpc::WorkerPool& readers, std::shared_ptr<Stream> stream) {
  const std::shared_ptr<VoteExport> self(
      new VoteExport(range, std::move(place), std::move(voter_key), store, readers, stream));
  stream->WhenWritable([self] { self->ReadOnPool(); });
  self->ReadOnPool();
}

VoteExport::VoteExport(const LogRange& range, Places::Place place, std::string voter_key,
                       VoteStore& store, rpc::WorkerPool& readers, std::shared_ptr<Stream> stream)
    : place_(std::move(place)),
      voter_key_(std::move(voter_key)),
      store_(store),
      readers_(readers),
      stream_(std::move(stream)),
      range_(range) {}

void VoteExport::ReadOnPool() {
  const absl::Status accepted = readers_.Run([self = shared_from_this()] {
    if (self->ReadBatch()) self->ReadOnPool();
  });
  if (accepted.ok()) return;
  if (const auto stream = stream_.lock()) stream->Finish(accepted);
}

bool VoteExport::ReadBatch() {
  absl::MutexLock lock(&mutex_);
  const std::shared_ptr<Stream> stream = stream_.lock();
  if (stream == nullptr) return false;
  const absl::StatusOr<LogPage> page = store_.Read(range_);
  if (!page.ok()) {
    stream->Finish(page.status());
    return false;
  }
  // What is appended from now on is not part of this export.
  range_.until = std::min(range_.until, page->head_position);
  range_.after = page->last_position;
  v1::ExportVotesResponse batch;
  for (const LogEntry& entry : page->entries) *batch.add_entries() = ToProto(entry, voter_key_);
  const bool is_last = range_.after >= range_.until;
  const rpc::WriteResult result =
      batch.entries().empty() ? rpc::WriteResult::kTaken : stream->Write(std::move(batch));
  if (is_last) stream->Finish(absl::OkStatus());
  return !is_last && result == rpc::WriteResult::kTaken;
}

}  // namespace arena::vote_ingest
