using LoraDiff.Adapters;
using LoraDiff.Conversion.Publishing;
using LoraDiff.Hub.Cards;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Training;

/// <summary>The rules of a run's output folder: what may be in it before the run, and what a run that starts anew takes away.</summary>
internal static class RunFolder
{
    // What a run leaves beside its checkpoints and that would be another run's if it stayed. The card, which its author may have written in, is brought up to date instead.
    private static readonly string[] Left =
    [
        AdapterFolder.WeightsName, AdapterFolder.ConfigName, MetricsFile.FileName, ConversionRecipe.FileName, TrainingRecord.FileName, EvaluationFile.FileName, LossChart.FileName,
    ];

    /// <summary>Refuses a folder that a run may not or cannot use; changes nothing.</summary>
    /// <param name="folder">The folder, which need not exist.</param>
    /// <param name="resume">Whether the run goes on from a checkpoint.</param>
    /// <param name="overwrite">Whether it may take the place of an earlier one.</param>
    /// <exception cref="TrainingException">There is nothing to resume, or another run's work.</exception>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static void Require(string folder, bool resume, bool overwrite)
    {
        if (resume && overwrite)
        {
            throw new TrainingException("resume and overwrite exclude each other: the one goes on with the run in the folder, the other starts anew in its place.");
        }

        // Found out only when they are written, these would cost the run.
        if (Array.Find(Left, name => Directory.Exists(Path.Combine(folder, name))) is { } taken)
        {
            throw new IOException($"'{Path.Combine(folder, taken)}' is a folder, where a run writes a file. Remove it, or choose another output folder.");
        }

        if (File.Exists(Path.Combine(folder, CheckpointFolder.Name)))
        {
            throw new IOException($"'{Path.Combine(folder, CheckpointFolder.Name)}' is a file, where a run keeps its checkpoints in a folder. Remove it, or choose another output folder.");
        }

        var newest = new CheckpointFolder(folder).Newest;
        if (resume && newest is null)
        {
            throw new TrainingException($"'{folder}' has no checkpoint to resume: there is no complete checkpoints/step-* in it. Name the folder of the run that was stopped, or start one without --resume.");
        }

        if (!resume && !overwrite)
        {
            if (newest is not null)
            {
                throw new TrainingException($"'{folder}' already has a checkpoint ({Path.GetFileName(newest)}). Resume it (--resume), train into another folder, or start anew in its place (--overwrite).");
            }

            if (Array.Find([AdapterFolder.WeightsName, MetricsFile.FileName], name => File.Exists(Path.Combine(folder, name))) is { } found)
            {
                throw new TrainingException($"'{folder}' already has an adapter or a run ({found}), and no checkpoint to resume. Train into another folder, or start anew in its place (--overwrite).");
            }
        }

        WritableFolder.Require(folder);
    }

    /// <summary>What the newest checkpoint was computed in, or null where there is none. Chosen again by measuring, it could come out another way, and the run could not go on.</summary>
    /// <exception cref="TrainingException">The checkpoint cannot be read.</exception>
    public static ScalarType? ComputeType(string folder)
        => new CheckpointFolder(folder).Newest is { } newest && Enum.TryParse<ScalarType>(CheckpointFolder.ReadState(newest).ComputeType, ignoreCase: true, out var type) ? type : null;

    /// <summary>Takes away what an earlier run left.</summary>
    public static void Clear(string folder)
    {
        new CheckpointFolder(folder).Clear();
        foreach (var name in Left)
        {
            File.Delete(Path.Combine(folder, name));
        }
    }
}
