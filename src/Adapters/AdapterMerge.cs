using LoraDiff.Adapters.Files;
using LoraDiff.Adapters.Injection;
using LoraDiff.Adapters.Layers;
using static TorchSharp.torch;

namespace LoraDiff.Adapters;

/// <summary>
/// Folds the adapter of a PEFT folder into a model's parameters one after another, without attaching it: of both, only what the parameter at hand needs is in memory.
/// The bits are those of <see cref="LoraAdapter.Merge"/>.
/// </summary>
/// <remarks>The model may be a skeleton whose parameters have the right shapes and nothing else. Not safe for use from several threads.</remarks>
public sealed class AdapterMerge : IDisposable
{
    private const string Name = "default";

    private readonly AdapterFile _file;
    private readonly Initializer _initializer;
    private readonly PartMaker _maker;
    private readonly Dictionary<string, Change> _changes = new(StringComparer.Ordinal);

    private AdapterMerge(AdapterPlan plan, AdapterFile file)
    {
        (Options, Warnings, _file) = (plan.Options, plan.Warnings, file);
        _initializer = new Initializer(plan.Options.Init, 0);
        _maker = new PartMaker(Name, plan.Options, file.Take, _initializer);
    }

    /// <summary>What the folder's configuration says, with <c>all-linear</c> resolved to names.</summary>
    public LoraOptions Options { get; }

    /// <summary>What is odd but not wrong, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads a folder's configuration and checks every tensor's name and shape against the model.</summary>
    /// <param name="root">The base model, or a skeleton of it, without adapters.</param>
    /// <param name="folder">Holds <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</param>
    /// <exception cref="AdapterException">The folder cannot be read, does not fit the model, or cannot be merged.</exception>
    public static AdapterMerge Open(nn.Module root, string folder)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(folder);
        var plan = AdapterPlan.Make(root, LoraOptions.Read(folder));
        var file = new AdapterFile(Path.Combine(folder, AdapterFolder.WeightsName), plan.Options.BaseModel);
        try
        {
            var merge = new AdapterMerge(plan, file);
            merge.Collect(ModuleTree.Walk(root), plan);
            merge.Check(plan);
            return merge;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the adapter changes a parameter.</summary>
    /// <param name="parameter">Its full name, for example <c>model.norm.weight</c>.</param>
    public bool Changes(string parameter) => _changes.ContainsKey(parameter);

    /// <summary>Whether two parameters that share their memory in the model still hold the same numbers after merging.</summary>
    /// <param name="first">A full name.</param>
    /// <param name="second">Another one.</param>
    public bool StaysTied(string first, string second)
    {
        var (one, two) = (_changes.GetValueOrDefault(first), _changes.GetValueOrDefault(second));
        return one?.Layer is null && two?.Layer is null && one?.Table == two?.Table && one?.Rows == two?.Rows;
    }

    /// <summary>Merges one parameter, some of its rows at a time and in order.</summary>
    /// <param name="parameter">Its full name; one that the adapter leaves alone is only cast.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="type">The type to cast to.</param>
    /// <param name="own">The model's own rows, by number of the first and count; freed here.</param>
    /// <param name="take">Receives the number of the first row and the merged rows, which are freed afterwards.</param>
    /// <exception cref="AdapterException">A merged number is not finite.</exception>
    public void Merge(string parameter, IReadOnlyList<long> shape, ScalarType type, Func<long, long, Tensor> own, Action<long, Tensor> take)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(take);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var change = _changes.GetValueOrDefault(parameter);
        var rows = change?.Table is { } table ? (first, count) => _file.Rows(table, first, count) : own;
        var part = change switch
        {
            { Layer: { } layer } => _maker.Make(layer, Weight(layer, change.IsBias ? null : rows)),
            { Rows: { } trained } => _maker.Make(trained),
            _ => null,
        };
        try
        {
            if (change is { IsBias: true } && part is not null)
            {
                var bias = part.ApplyToBias(rows(0, shape[0]))!.to(type);
                RowSlices.RequireFinite(bias, [part]);
                take(0, bias);
                return;
            }

            RowSlices.Apply(part is null ? [] : [part], [.. shape], type, rows, take);
        }
        finally
        {
            part?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _initializer.Dispose();
        _file.Dispose();
    }

    // Only PiSSA and OLoRA, which begin from the weight itself, look at more than its shape.
    private Tensor Weight(PlannedLayer layer, Func<long, long, Tensor>? rows)
    {
        var own = layer.Node.Base.get_parameter("weight")!;
        return rows is not null && Options.Init is LoraInit.Pissa or LoraInit.Olora ? rows!(0, own.size(0)) : own;
    }

    private void Collect(IReadOnlyList<ModuleNode> nodes, AdapterPlan plan)
    {
        foreach (var layer in plan.Layers)
        {
            _changes[$"{layer.Node.Path}.weight"] = new Change { Layer = layer };
            if (Options.LoraBias)
            {
                _changes[$"{layer.Node.Path}.bias"] = new Change { Layer = layer, IsBias = true };
            }
        }

        foreach (var rows in plan.Rows)
        {
            foreach (var node in rows.Tied.Prepend(rows.Node))
            {
                _changes[$"{node.Path}.weight"] = new Change { Rows = rows };
            }
        }

        foreach (var copy in plan.Copies)
        {
            SetTable(nodes.Where(node => copy.Reaches(node.Base)), copy.Original, copy.Key);
            _file.Expect(copy.Key, copy.Original.shape);
        }

        // The tables of adapted embeddings, which PEFT puts into the file: they stand in for the model's wherever it shares them.
        foreach (var node in nodes.Where(node => PeftNames.EmbeddingLayers.Contains(node.Name) && node.Kind is not null))
        {
            var isAdapted = plan.Layers.Any(layer => layer.Node.Path == node.Path);
            foreach (var (name, own) in node.Base.named_parameters(recurse: false).ToArray())
            {
                var key = $"{PeftNames.Prefix}{node.Path}{(isAdapted ? ".base_layer" : string.Empty)}.{name}";
                if (_file.Contains(key) && !plan.Copies.Any(copy => copy.Key == key))
                {
                    SetTable(nodes, own, key);
                    _file.Expect(key, own.shape);
                }
            }
        }
    }

    private void SetTable(IEnumerable<ModuleNode> owners, Tensor parameter, string key)
    {
        foreach (var node in owners)
        {
            foreach (var (name, _) in node.Base.named_parameters(recurse: false).Where(item => ReferenceEquals(item.parameter, parameter)))
            {
                var full = $"{node.Path}.{name}";
                var change = _changes.GetValueOrDefault(full) ?? new Change();
                _changes[full] = change.Table is null ? change with { Table = key } : change;
            }
        }
    }

    private void Check(AdapterPlan plan)
    {
        // Every part is made once and thrown away: that checks names, shapes and whether it can be merged before anything is written.
        using var initializer = new Initializer(LoraInit.Default, 0);
        var maker = new PartMaker(Name, plan.Options, _file.Take, initializer);
        foreach (var layer in plan.Layers)
        {
            using var scope = NewDisposeScope();
            using var part = maker.Make(layer);
            part.ApplyToBias(layer.Node.Base.get_parameter("bias"));
        }

        foreach (var rows in plan.Rows)
        {
            maker.Make(rows).Dispose();
        }

        _file.Finish();
    }

    /// <summary>What happens to one parameter: another table in its place, then factors or trained rows.</summary>
    private sealed record Change
    {
        public string? Table { get; init; }

        public PlannedLayer? Layer { get; init; }

        public PlannedRows? Rows { get; init; }

        public bool IsBias { get; init; }
    }
}
