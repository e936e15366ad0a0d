// Error and Result: how every part of Ferrite says that something went wrong.
//
// An Error is one code of error_codes.inc, a message for a person, a hint at
// what to do, and the path of what is at fault: a JSON Pointer into a plan
// ("/tables/0/columns/id/type") or into a record ("/address/city"), or empty.
// Exceptions cross no header of the core.
//
// Values; safe to copy and move between threads.
#ifndef FERRITE_ERROR_H_
#define FERRITE_ERROR_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ferrite {

enum class ErrorCode {
#define FERRITE_ERROR(name, text, exit, nature, sentence) name,
#include "ferrite/error_codes.inc"
#undef FERRITE_ERROR
};

// Where an error lies, and so what a retry may hope for. Every decision to try
// again, to leave a record out or to stop asks for this and not for codes.
enum class ErrorNature {
  // In one record, row or value, for good: it is left out and kept in the
  // Ledger, and the rest goes on.
  kRecord,
  // In nothing that stays: the same call may do after a pause, or with less at
  // a time (kOutOfMemory).
  kPassing,
  // In the store: no record is blamed. The run stops with what was committed,
  // and goes on when somebody has made room or mended the disk.
  kStore,
  // In what was asked for (plan, chain, argument, bundle, a server's refusal),
  // or a defect: the same call gives the same error.
  kCall,
};

// The code's column in error_codes.inc.
ErrorNature NatureOf(ErrorCode code);

// "record", "passing", "store" or "call". Static lifetime.
std::string_view NatureText(ErrorNature nature);

// The stable text code, e.g. "plan_invalid". Static lifetime.
std::string_view ErrorText(ErrorCode code);

// The sentence for the code. Static lifetime.
std::string_view ErrorSentence(ErrorCode code);

// The exit status the `ferrite` program ends with for the code.
int ErrorExitStatus(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string hint;
  std::string path;

  // {"code","message","hint","path"}; empty members are left out.
  std::string ToJson() const;
};

// What a std::bad_alloc becomes where exceptions end. Without texts when there
// is not even the memory for these.
Error OutOfMemory() noexcept;

// Either a T or an Error. No std::variant: the hot path makes several per
// record, and a variant is destroyed through a table of functions.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }

  T& value() & { return value_.value(); }
  const T& value() const& { return value_.value(); }
  T&& value() && { return std::move(value_).value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return error_.value(); }
  Error&& error() && { return std::move(error_).value(); }

 private:
  std::optional<T> value_;
  std::optional<Error> error_;
};

// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace ferrite

#endif  // FERRITE_ERROR_H_
