#include "native/cli/key_options.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "native/container/disk_file.h"

namespace ferrite {
namespace {

constexpr uint64_t kFileLimit = 64 << 10;
constexpr char kInterrupt = 3;  // what Ctrl-C types

Error Unusable(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message), "", ""};
}

Result<std::string> ReadSecret(const std::string& path) {
  auto file = DiskFile::Open(path, DiskFile::Mode::kRead);
  if (!file.ok()) return Unusable(file.error().message);
  if ((*file)->size() > kFileLimit) {
    return Unusable(path + " is too large for a key.");
  }
  std::string text((*file)->size(), '\0');
  auto read =
      (*file)->Read(0, {reinterpret_cast<uint8_t*>(text.data()), text.size()});
  if (!read.ok()) return read.error();
  return text;
}

void CutLineEnd(std::string* text) {
  if (!text->empty() && text->back() == '\n') text->pop_back();
  if (!text->empty() && text->back() == '\r') text->pop_back();
}

Result<ContainerKey> KeyFromFile(const std::string& path) {
  Result<std::string> text = ReadSecret(path);
  if (!text.ok()) return std::move(text).error();
  if (text->size() == Secret::kBytes) {
    return ContainerKey::FromBytes(AsBytes(*text));
  }
  CutLineEnd(&*text);
  constexpr char kDigits[] = "0123456789abcdefABCDEF";
  if (text->size() != 2 * Secret::kBytes ||
      text->find_first_not_of(kDigits) != std::string::npos) {
    return Unusable(path +
                    " holds neither 32 bytes nor 64 hexadecimal digits.");
  }
  ByteBuffer raw;
  for (size_t i = 0; i < text->size(); i += 2) {
    raw.push_back(static_cast<uint8_t>(
        std::strtoul(text->substr(i, 2).c_str(), nullptr, 16)));
  }
  Result<ContainerKey> key = ContainerKey::FromBytes(raw);
  Wipe(raw.data(), raw.size());
  Wipe(text->data(), text->size());
  return key;
}

Result<std::optional<ContainerKey>> Some(Result<ContainerKey> key) {
  if (!key.ok()) return std::move(key).error();
  return std::optional<ContainerKey>(std::move(key).value());
}

// The terminal with echo and signals off, so that Ctrl-C cannot leave it so.
class SilentTerminal {
 public:
  SilentTerminal() {
    if (isatty(STDIN_FILENO) == 0) return;
    descriptor_ = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (descriptor_ < 0) return;
    tcgetattr(descriptor_, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    silent.c_cc[VEOL] = kInterrupt;  // ends a line, too
    tcsetattr(descriptor_, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    if (descriptor_ < 0) return;
    tcsetattr(descriptor_, TCSAFLUSH, &before_);
    close(descriptor_);
  }

  bool is_there() const { return descriptor_ >= 0; }

  Result<std::string> Ask(std::string_view question) {
    Say(question);
    std::string line;
    char typed = 0;
    while (read(descriptor_, &typed, 1) == 1 && typed != '\n') {
      if (typed == kInterrupt) {
        Say("\n");
        return Error{ErrorCode::kCancelled, "Stopped; nothing was written.", "",
                     ""};
      }
      line += typed;
    }
    Say("\n");
    return line;
  }

 private:
  void Say(std::string_view text) {
    // A terminal that takes no more is gone, and the read will say so.
    (void)!write(descriptor_, text.data(), text.size());
  }

  int descriptor_ = -1;
  termios before_{};
};

}  // namespace

void AddKeyOptions(CLI::App* app, KeyOptions* options) {
  CLI::Option* passphrase =
      app->add_option("--passphrase-file", options->passphrase_file,
                      "File with the passphrase of an encrypted bundle; else "
                      "FERRITE_PASSPHRASE in the environment, else it is asked "
                      "for")
          ->envname("FERRITE_PASSPHRASE_FILE");
  app->add_option("--key-file", options->key_file,
                  "File with a raw key in place of a passphrase: 32 bytes, or "
                  "64 hexadecimal digits")
      ->envname("FERRITE_KEY_FILE")
      ->excludes(passphrase);
}

Result<std::optional<ContainerKey>> GivenKey(const KeyOptions& options) {
  if (!options.key_file.empty() && !options.passphrase_file.empty()) {
    return Unusable("Both a passphrase and a raw key are given.");
  }
  if (!options.key_file.empty()) return Some(KeyFromFile(options.key_file));
  if (!options.passphrase_file.empty()) {
    Result<std::string> text = ReadSecret(options.passphrase_file);
    if (!text.ok()) return std::move(text).error();
    CutLineEnd(&*text);
    return Some(ContainerKey::FromPassphrase(std::move(text).value()));
  }
  const char* text = std::getenv("FERRITE_PASSPHRASE");
  if (text == nullptr || *text == '\0') return std::optional<ContainerKey>();
  return Some(ContainerKey::FromPassphrase(text));
}

Result<ContainerKey> AskForKey(Ask ask) {
  SilentTerminal terminal;
  if (!terminal.is_there()) {
    return Error{ErrorCode::kKeyMissing,
                 "No key is given, and there is no terminal to ask on.",
                 "Give --passphrase-file, --key-file or FERRITE_PASSPHRASE.",
                 ""};
  }
  Result<std::string> first = terminal.Ask("Passphrase: ");
  if (!first.ok()) return std::move(first).error();
  if (ask == Ask::kTwice) {
    Result<std::string> second = terminal.Ask("Once more: ");
    if (!second.ok()) return std::move(second).error();
    if (*first != *second) return Unusable("The two passphrases differ.");
  }
  return ContainerKey::FromPassphrase(std::move(first).value());
}

}  // namespace ferrite
