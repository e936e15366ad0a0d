// Where a command takes the key of an encrypted file from: never from the
// command line itself, which every user of the machine can read.
#ifndef FERRITE_NATIVE_CLI_KEY_OPTIONS_H_
#define FERRITE_NATIVE_CLI_KEY_OPTIONS_H_

#include <optional>
#include <string>

#include "ferrite/error.h"
#include "native/container/container_key.h"

namespace CLI {
class App;
}

namespace ferrite {

struct KeyOptions {
  std::string passphrase_file;  // of which a last line end does not count
  std::string key_file;         // 32 bytes, or 64 hexadecimal digits
};

// Adds --passphrase-file and --key-file to a command.
void AddKeyOptions(CLI::App* app, KeyOptions* options);

// From one of the files, else from FERRITE_PASSPHRASE; none when nothing is
// given. kInvalidArgument when two are, or one is not usable.
Result<std::optional<ContainerKey>> GivenKey(const KeyOptions& options);

enum class Ask { kOnce, kTwice };

// Asks on the terminal, without an echo. kKeyMissing when there is none,
// kInvalidArgument when the answers differ, kCancelled on Ctrl-C.
Result<ContainerKey> AskForKey(Ask ask);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_KEY_OPTIONS_H_
