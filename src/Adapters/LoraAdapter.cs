using LoraDiff.Adapters.Files;
using LoraDiff.Adapters.Injection;
using LoraDiff.Adapters.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters;

/// <summary>
/// One named adapter on a module tree. The tree's own parameters are frozen, never written, and shared with whoever else holds them; <see cref="Dispose"/> puts the tree back as it was.
/// </summary>
/// <remarks>
/// Move the tree to its device before attaching. Not safe for use from several threads. The first adapter on a tree is active; later ones wait for <see cref="Activate"/> or <see cref="Enable"/>, as in PEFT.
/// </remarks>
public sealed class LoraAdapter : IDisposable
{
    private readonly nn.Module _root;
    private readonly AttachedPart[] _parts;
    private readonly ParameterSwap[] _swaps;
    private readonly IReadOnlyList<SavedBase> _bases;
    private bool _disposed;

    private LoraAdapter(nn.Module root, string name, AdapterPlan plan, AttachedPart[] parts, ParameterSwap[] swaps, IReadOnlyList<SavedBase> bases, bool trainable)
    {
        (_root, _parts, _swaps, _bases) = (root, parts, swaps, bases);
        (Name, Options, Warnings, IsTrainable) = (name, plan.Options, plan.Warnings, trainable);
    }

    /// <summary>The adapter's name on its tree; not written to files.</summary>
    public string Name { get; }

    /// <summary>What was asked for, with <c>all-linear</c> resolved to names.</summary>
    public LoraOptions Options { get; }

    /// <summary>What is odd but not wrong, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Whether its parameters take gradients while it is active.</summary>
    public bool IsTrainable { get; }

    /// <summary>Whether it takes part in the model's output.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Whether the layers compute with one weight that has the adapter in it.</summary>
    public bool IsMerged { get; private set; }

    /// <summary>The adapter's own parameters by their names in a PEFT file, in the tree's order. They belong to the adapter; the list is made anew at each call.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Parameters =>
    [
        .. _parts.SelectMany(part => part.Part.Trained.Select(item => (part.Key + item.Suffix, item.Value))),
        .. _swaps.Where(swap => swap.Key is not null && swap.IsTrained).DistinctBy(swap => swap.Copy, ReferenceEqualityComparer.Instance).Select(swap => (swap.Key!, swap.Copy)),
    ];

    /// <summary>How much of the tree is trained.</summary>
    public TrainableReport Report => Counting.Count(_root, AdapterSet.Of(_root).SelectMany(adapter => adapter._swaps));

    /// <summary>The adapters on a tree, in the order they came.</summary>
    public static IReadOnlyList<LoraAdapter> On(nn.Module root) => [.. AdapterSet.Of(root)];

    /// <summary>Puts a fresh adapter on a tree. Every parameter of the tree itself is frozen.</summary>
    /// <param name="root">The model; names are counted from here.</param>
    /// <param name="options">What to adapt and how.</param>
    /// <param name="name">The adapter's name; no dots.</param>
    /// <param name="seed">Of the random factors.</param>
    /// <param name="cancellationToken">Looked at before every layer; the tree is then as it was.</param>
    /// <exception cref="AdapterException">The name is taken, or the options do not fit the tree; nothing was changed.</exception>
    public static LoraAdapter Attach(nn.Module root, LoraOptions options, string name = "default", long seed = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(options);
        Attachment.CheckName(root, name);
        using var others = new OthersAside(root);
        var plan = AdapterPlan.Make(root, options);
        using var initializer = new Initializer(options.Init, seed);
        var made = Attachment.Make(plan, new PartMaker(name, options, (_, _, fresh) => fresh(), initializer), cancellationToken);
        return Finish(root, name, plan, made, SavedBases.For(plan), trainable: true);
    }

    /// <summary>Puts an adapter from a PEFT folder on a tree.</summary>
    /// <param name="root">The base model.</param>
    /// <param name="folder">Holds <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</param>
    /// <param name="name">The adapter's name; no dots.</param>
    /// <param name="trainable">Whether training goes on.</param>
    /// <param name="cancellationToken">Looked at before every tensor; the tree is then as it was.</param>
    /// <exception cref="AdapterException">The folder cannot be read, or does not fit the tree (every tensor that is missing, unexpected or of another shape is named); nothing was changed.</exception>
    public static LoraAdapter Load(nn.Module root, string folder, string name = "default", bool trainable = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(folder);
        Attachment.CheckName(root, name);
        var options = LoraOptions.Read(folder);
        using var others = new OthersAside(root);
        var plan = AdapterPlan.Make(root, options);
        using var file = new AdapterFile(Path.Combine(folder, AdapterFolder.WeightsName), plan.Options.BaseModel, cancellationToken);
        using var initializer = new Initializer(plan.Options.Init, 0);
        var made = Attachment.Make(plan, new PartMaker(name, plan.Options, file.Take, initializer), cancellationToken);
        try
        {
            var bases = SavedBases.Read(root, plan, file, made.Swaps);
            file.Finish();
            return Finish(root, name, plan, made, bases, trainable);
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Makes this the only active adapter of its tree.</summary>
    public void Activate()
    {
        foreach (var other in AdapterSet.Of(_root).Where(adapter => adapter != this))
        {
            other.Disable();
        }

        Enable();
    }

    /// <summary>Lets the adapter take part, beside the others that are active.</summary>
    /// <exception cref="AdapterException">It does not go together with one that is active.</exception>
    public void Enable() => SetActive(true);

    /// <summary>Takes the adapter out of the model's output; its parameters take no gradients meanwhile.</summary>
    public void Disable() => SetActive(false);

    /// <summary>Disables the adapter until the result is disposed.</summary>
    public IDisposable Disabled()
    {
        var scope = new DisabledScope(IsActive ? this : null);
        Disable();
        return scope;
    }

    /// <summary>Lets the layers compute with one weight that has the adapter in it. The tree's own weights stay as they are beside it; merging twice is merging once.</summary>
    /// <exception cref="AdapterException">A merged weight would not be finite, or a bias on B meets a layer without bias; nothing was changed.</exception>
    public void Merge() => SetMerged(true);

    /// <summary>Undoes <see cref="Merge"/>, to the bit.</summary>
    public void Unmerge() => SetMerged(false);

    /// <summary>Writes the PEFT folder: each file appears complete or not at all.</summary>
    /// <param name="folder">Made if it does not exist; the two files in it are replaced.</param>
    /// <param name="baseModelName">Hub id or folder of the base model; null keeps the one in <see cref="Options"/>.</param>
    /// <param name="cancellationToken">Looked at before every tensor; the folder's files are then as they were.</param>
    public void Save(string folder, string? baseModelName = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var options = ConvertedOptions.Plain(Options) with { BaseModel = baseModelName ?? Options.BaseModel };
        (string, Tensor)[] tensors =
        [
            .. _parts.SelectMany(part => part.Part.ToSave().Select(item => (part.Key + item.Suffix, item.Value))),
            .. _swaps.Where(swap => swap.Key is not null && swap.IsTrained).Select(swap => (swap.Key!, (Tensor)swap.Copy)),
            .. _bases.Select(saved => (saved.Key, saved.Value(_swaps))),
        ];
        AdapterWriter.Write(folder, options, tensors, cancellationToken);
    }

    /// <summary>Takes the adapter off the tree and frees its parameters; the tree is as it was before.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Disable();
        AdapterSet.Of(_root).Remove(this);
        Attachment.Remove(_parts, _swaps, _root);
    }

    private static LoraAdapter Finish(nn.Module root, string name, AdapterPlan plan, Attachment made, IReadOnlyList<SavedBase> bases, bool trainable)
    {
        var adapter = new LoraAdapter(root, name, plan, made.Inject(root, trainable), [.. made.Swaps], bases, trainable);
        var others = AdapterSet.Of(root);
        others.Add(adapter);
        adapter.SetTrained(false);
        if (others.Count == 1)
        {
            adapter.Enable();
        }

        return adapter;
    }

    private void SetActive(bool active)
    {
        ObjectDisposedException.ThrowIf(_disposed && active, this);
        if (active == IsActive)
        {
            return;
        }

        if (active)
        {
            CheckSwaps();
        }

        SetParts(part => part.Active = active, part => part.Active = !active);
        foreach (var swap in _swaps)
        {
            swap.Apply(active);
        }

        IsActive = active;
        SetTrained(active && IsTrainable);
    }

    private void SetMerged(bool merged)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (merged != IsMerged)
        {
            SetParts(part => part.Merged = merged, part => part.Merged = !merged);
            IsMerged = merged;
        }
    }

    private void SetParts(Action<AdapterPart> change, Action<AdapterPart> undo)
    {
        try
        {
            Change(change);
        }
        catch
        {
            Change(undo);
            throw;
        }

        void Change(Action<AdapterPart> set)
        {
            foreach (var attached in _parts)
            {
                set(attached.Part);
            }

            foreach (var attached in _parts)
            {
                attached.Layer.Refresh();
            }
        }
    }

    private void SetTrained(bool trained)
    {
        // A model that was disposed took what hung in it along.
        foreach (var (_, parameter) in Parameters.Where(item => !item.Value.IsInvalid))
        {
            parameter.requires_grad = trained;
        }
    }

    private void CheckSwaps()
    {
        foreach (var other in AdapterSet.Of(_root).Where(adapter => adapter != this && adapter.IsActive))
        {
            var shared = _swaps.FirstOrDefault(swap => other._swaps.Any(theirs => ReferenceEquals(theirs.Original, swap.Original) && ReferenceEquals(theirs.Owner, swap.Owner)));
            if (shared is not null)
            {
                throw new AdapterException($"Adapters '{Name}' and '{other.Name}' both hold a copy of '{shared.Key}'; only one of them can be active. Use Activate.");
            }
        }
    }

    /// <summary>Shows the tree without its active adapters, so that a new one is made over the model's own tensors.</summary>
    private sealed class OthersAside : IDisposable
    {
        private readonly LoraAdapter[] _active;

        public OthersAside(nn.Module root)
        {
            _active = [.. AdapterSet.Of(root).Where(adapter => adapter.IsActive)];
            foreach (var adapter in _active)
            {
                adapter.Disable();
            }
        }

        public void Dispose()
        {
            foreach (var adapter in _active)
            {
                adapter.Enable();
            }
        }
    }

    private sealed class DisabledScope(LoraAdapter? adapter) : IDisposable
    {
        private LoraAdapter? _adapter = adapter;

        public void Dispose()
        {
            if (_adapter is { _disposed: false } back)
            {
                back.Enable();
            }

            _adapter = null;
        }
    }
}
