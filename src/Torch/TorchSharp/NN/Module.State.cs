using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>The live parameters and persistent buffers by dotted name. A shared parameter appears under every name it has.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string Key(string key) => string.IsNullOrEmpty(prefix) ? key : $"{prefix}.{key}";

                foreach (var (key, parameter) in named_parameters())
                    destination.TryAdd(Key(key), parameter);
                foreach (var (key, buffer) in named_buffers(include_nonpersistent: false))
                    destination.TryAdd(Key(key), buffer);
                // What the listing above names once although it is registered twice.
                foreach (var (key, child) in named_children())
                    child.state_dict(destination, Key(key));
                return destination;
            }

            /// <summary>Copies the tensors of <paramref name="source"/> into the parameters and buffers of the same names.</summary>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var skipped = new HashSet<string>(skip ?? []);
                var destination = state_dict();
                List<string> unexpected = [.. source.Keys.Where(key => !skipped.Contains(key) && !destination.ContainsKey(key))];
                List<string> missing = [.. destination.Keys.Where(key => !skipped.Contains(key) && !source.ContainsKey(key))];
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                {
                    throw new InvalidOperationException(
                        $"The state does not fit {GetName()}: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}]. "
                        + "Pass strict: false to load what fits.");
                }

                using var _ = no_grad();
                foreach (var (key, value) in source)
                {
                    if (!skipped.Contains(key) && destination.TryGetValue(key, out var target))
                        target.copy_(value);
                }
                return (missing, unexpected);
            }

            /// <summary>Writes the state in TorchSharp's own format.</summary>
            public Module save(string location, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(File.Create(location));
                return save(writer, skip);
            }

            public Module save(Stream stream, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(stream);
                return save(writer, skip);
            }

            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string>? skip = null)
            {
                var entries = sd.Where(entry => skip is null || !skip.Contains(entry.Key)).ToList();
                StateFormat.WriteNumber(writer, entries.Count);
                foreach (var (key, tensor) in entries)
                {
                    writer.Write(key);
                    StateFormat.WriteTensor(writer, tensor);
                }
            }

            /// <summary>Reads a state that <see cref="save(string, IList{string}?)"/> or TorchSharp wrote.</summary>
            public virtual Module load(string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var reader = new BinaryReader(File.OpenRead(location));
                return load(reader, strict, skip, loadedParameters);
            }

            public Module load(Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var reader = new BinaryReader(stream);
                return load(reader, strict, skip, loadedParameters);
            }

            public virtual Module load(BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                var state = state_dict();
                var count = StateFormat.ReadNumber(reader);
                if (strict && count != state.Count)
                    throw new ArgumentException($"The stream holds {count} tensors but {GetName()} has {state.Count}. Pass strict: false to load what fits.");
                for (var i = 0L; i < count; i++)
                {
                    var key = reader.ReadString();
                    var found = state.TryGetValue(key, out var tensor);
                    if (!found && strict)
                        throw new ArgumentException($"The stream holds '{key}', which {GetName()} lacks. Pass strict: false to load what fits.");
                    StateFormat.ReadTensor(reader, key, found && skip?.Contains(key) != true ? tensor : null);
                    loadedParameters?.Add(key, found);
                }
                return this;
            }

            public static Module Create<T>(string path)
                where T : Module, new()
                => new T().load(path);
        }
    }
}
