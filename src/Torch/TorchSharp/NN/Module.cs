using System.Collections.Concurrent;
using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A named tree of parameters, buffers and sub-modules.</summary>
        public partial class Module : IDisposable
        {
            private static readonly ConcurrentDictionary<Type, FieldInfo[]> s_componentFields = new();

            protected string? name;
            protected OrderedDict<string, Module> _internal_submodules = new();
            protected OrderedDict<string, (Tensor, bool)> _internal_buffers = new();
            protected OrderedDict<string, Parameter> _internal_params = new();

            private bool _training = true;
            private bool _componentsRegistered;
            private (string Name, int Index)? _vacated;

            protected Module(string name) => this.name = name;

            internal bool IsDisposed { get; private set; }

            public virtual string GetName() => string.IsNullOrEmpty(name) ? GetType().Name : name;

            public virtual bool training => _training;

            public virtual void train(bool train = true)
            {
                _training = train;
                foreach (var (_, child) in named_children())
                    child.train(train);
            }

            public virtual void eval() => train(false);

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, child) in named_children())
                    child.apply(fn);
                fn(this);
                return this;
            }

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var (_, parameter) in named_parameters())
                {
                    using var grad = parameter.grad;
                    if (grad is null)
                        continue;
                    if (set_to_none)
                        parameter.grad = null;
                    else
                        grad.zero_();
                }
            }

            // ---- enumeration ------------------------------------------------------------------

            /// <summary>Parameters by dotted name; one that is registered twice is listed once, under its first name.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (key, parameter) in _internal_params)
                {
                    if (!parameter.IsInvalid && seen.Add(parameter))
                        yield return (key, parameter);
                }
                if (!recurse)
                    yield break;
                foreach (var (prefix, child) in named_children())
                {
                    foreach (var (key, parameter) in child.named_parameters(true))
                    {
                        if (!parameter.IsInvalid && seen.Add(parameter))
                            yield return ($"{prefix}.{key}", parameter);
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true)
                => named_parameters(recurse).Select(item => item.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (key, (buffer, persistent)) in _internal_buffers)
                {
                    if ((persistent || include_nonpersistent) && !buffer.IsInvalid && seen.Add(buffer))
                        yield return (key, buffer);
                }
                if (!recurse)
                    yield break;
                foreach (var (prefix, child) in named_children())
                {
                    foreach (var (key, buffer) in child.named_buffers(true, include_nonpersistent))
                    {
                        if (!buffer.IsInvalid && seen.Add(buffer))
                            yield return ($"{prefix}.{key}", buffer);
                    }
                }
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true)
                => named_buffers(recurse, include_nonpersistent).Select(item => item.buffer);

            public virtual IEnumerable<(string name, Module module)> named_children() => _internal_submodules;

            public virtual IEnumerable<Module> children() => named_children().Select(item => item.module);

            /// <summary>All modules below this one (without this one): first the children, then what lies below each of them.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var child in named_children())
                    yield return child;
                foreach (var (prefix, child) in named_children())
                {
                    foreach (var (key, module) in child.named_modules())
                        yield return ($"{prefix}.{key}", module);
                }
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(item => item.module);

            public virtual bool has_parameter(string target)
                => _internal_params.ContainsKey(target)
                    || (FindChild(target, out var child, out var rest) && child!.has_parameter(rest));

            public virtual bool has_buffer(string target)
                => _internal_buffers.ContainsKey(target)
                    || (FindChild(target, out var child, out var rest) && child!.has_buffer(rest));

            /// <summary>The parameter with this dotted name, or null.</summary>
            public virtual Parameter? get_parameter(string target)
                => _internal_params.TryGetValue(target, out var parameter) ? parameter
                    : FindChild(target, out var child, out var rest) ? child!.get_parameter(rest)
                    : null;

            /// <summary>The buffer with this dotted name, or null.</summary>
            public virtual Tensor? get_buffer(string target)
                => _internal_buffers.TryGetValue(target, out var buffer) ? buffer.Item1
                    : FindChild(target, out var child, out var rest) ? child!.get_buffer(rest)
                    : null;

            private bool FindChild(string target, out Module? child, out string rest)
            {
                var dot = target.IndexOf('.', StringComparison.Ordinal);
                child = null;
                rest = dot < 0 ? "" : target[(dot + 1)..];
                if (dot < 0)
                    return false;
                var first = target[..dot];
                foreach (var (key, module) in named_children())
                {
                    if (key == first)
                        child = module;
                }
                return child is not null;
            }

            // ---- registration -----------------------------------------------------------------

            public virtual void register_parameter(string name, Parameter param)
            {
                if (param is null || param.IsInvalid)
                    throw new ArgumentNullException(nameof(param), $"Parameter '{name}' of {GetName()} is null or disposed and cannot be registered.");
                if (!_internal_params.TryAdd(name, param))
                    throw new InvalidOperationException($"{GetName()} already has a parameter '{name}'.");
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                if (tensor is null || tensor.IsInvalid)
                    throw new ArgumentNullException(nameof(tensor), $"Buffer '{name}' of {GetName()} is null or disposed and cannot be registered.");
                if (!_internal_buffers.TryAdd(name, (tensor, persistent)))
                    throw new InvalidOperationException($"{GetName()} already has a buffer '{name}'.");
            }

            /// <summary>
            /// Adds a sub-module under <paramref name="name"/>; null (or a disposed module) removes the one that has this name. The next one under
            /// the name takes its place in the order, which is also the order in which a Sequential runs.
            /// </summary>
            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null || submodule.IsDisposed)
                {
                    var place = _internal_submodules.IndexOfKey(name);
                    if (place >= 0)
                    {
                        _internal_submodules.RemoveAt(place);
                        _vacated = (name, place);
                    }
                    return;
                }
                if (string.IsNullOrEmpty(name))
                    throw new ArgumentException("A module needs a name that is not empty.", nameof(name));
                if (name.Contains('.', StringComparison.Ordinal))
                    throw new ArgumentException($"Module name '{name}' contains a dot; dots separate levels. Register it on the child that it belongs to.", nameof(name));
                if (_internal_submodules.ContainsKey(name))
                    throw new InvalidOperationException($"{GetName()} already has a module '{name}'. Register null under this name first to replace it.");
                submodule.RegisterComponents();
                if (_vacated is { } vacated && vacated.Name == name && vacated.Index < _internal_submodules.Count)
                    _internal_submodules.Insert(vacated.Index, (name, submodule));
                else
                    _internal_submodules.Add(name, submodule);
                _vacated = null;
            }

            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Registers every field, of any visibility and of the whole base chain, that holds a module, a parameter or a tensor.</summary>
            protected virtual void RegisterComponents()
            {
                if (_componentsRegistered)
                    return;
                foreach (var field in s_componentFields.GetOrAdd(GetType(), FindComponentFields))
                {
                    var key = field.ComponentName();
                    if (_internal_submodules.ContainsKey(key) || _internal_params.ContainsKey(key) || _internal_buffers.ContainsKey(key))
                        continue;
                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(key, module);
                            break;
                        case Parameter parameter:
                            register_parameter(key, parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(key, tensor);
                            break;
                    }
                }
                _componentsRegistered = true;
            }

            private static FieldInfo[] FindComponentFields(Type type)
            {
                const BindingFlags Instance = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
                var found = new List<FieldInfo>();
                var names = new HashSet<string>(StringComparer.Ordinal);
                for (var level = type; level is not null && level != typeof(Module); level = level.BaseType)
                    found.AddRange(level.GetFields(Instance).Where(field => field.DeclaringType != typeof(Module) && names.Add(field.Name)));
                return [.. found.Where(field => !field.FieldType.IsValueType && field.FieldType != typeof(string))];
            }

            protected void ConditionallyRegisterParameter(string name, Tensor? value) => ConditionallyRegisterParameter(name, value as Parameter);

            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                if (value is null)
                    _internal_params.Remove(name);
                else
                    _internal_params[name] = value;
            }

            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                if (value is null)
                    _internal_buffers.Remove(name);
                else
                    _internal_buffers[name] = (value, persistent);
            }

            protected void ClearModules() => _internal_submodules.Clear();

            // ---- end of life ------------------------------------------------------------------

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Disposes the parameters, buffers and sub-modules.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || IsDisposed)
                    return;
                IsDisposed = true;
                foreach (var (_, (buffer, _)) in _internal_buffers)
                    buffer.Dispose();
                foreach (var (_, parameter) in _internal_params)
                    parameter.Dispose();
                foreach (var (_, child) in named_children())
                    child.Dispose();
            }
        }
    }
}
