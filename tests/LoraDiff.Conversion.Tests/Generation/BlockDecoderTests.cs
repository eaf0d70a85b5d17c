using LoraDiff.Conversion.Generation;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Generation;

public class BlockDecoderTests
{
    public static TheoryData<int, bool, CleanHalf, GridOrigin> Recipes
    {
        get
        {
            var data = new TheoryData<int, bool, CleanHalf, GridOrigin>();
            foreach (var clean in Enum.GetValues<CleanHalf>())
            {
                foreach (var origin in Enum.GetValues<GridOrigin>())
                {
                    foreach (var shift in new[] { true, false })
                    {
                        data.Add(1, shift, clean, origin);
                        data.Add(4, shift, clean, origin);
                        data.Add(5, shift, clean, origin);
                    }
                }
            }

            return data;
        }
    }

    // Also: every prompt length against the grid, limits that are no multiple of the block, and several commits per step.
    [Theory]
    [MemberData(nameof(Recipes))]
    public void CachedDecoding_EqualsRecomputingEverything(int size, bool shift, CleanHalf clean, GridOrigin origin)
    {
        var profile = TinyModel.Profile(size, shift, clean, origin);
        var prompts = TinyModel.Prompts(1, size, size + 1, (2 * size) + 3);
        foreach (var threshold in new[] { 2, 0.02 })
        {
            var results = Decoder(profile).Generate(prompts, new GenerationOptions { MaxNewTokens = 11, Threshold = threshold });
            for (var row = 0; row < prompts.Length; row++)
            {
                var (tokens, nfe) = ReferenceDecoder.Decode(TinyModel.Shared, profile, prompts[row], 11, threshold);
                Assert.Equal(tokens, results[row].TokenIds);
                Assert.Equal(nfe, results[row].Nfe);
                Assert.Equal(FinishReason.Length, results[row].FinishReason);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void ThresholdAboveOne_CommitsOneTokenPerForward(int size, bool shift, CleanHalf clean, GridOrigin origin)
    {
        var result = Decoder(TinyModel.Profile(size, shift, clean, origin)).Generate(TinyModel.Prompts(6), new GenerationOptions { MaxNewTokens = 10, Threshold = 1.01 })[0];
        Assert.Equal(10, result.GeneratedTokens);
        Assert.Equal(10, result.Nfe);
        Assert.Equal(1, result.Tpf);
    }

    [Fact]
    public void ThresholdZero_TakesOneForwardPerBlock()
    {
        var result = Decoder(TinyModel.Profile(4)).Generate(TinyModel.Prompts(6), new GenerationOptions { MaxNewTokens = 12, Threshold = 0 })[0];
        Assert.Equal(3, result.Nfe);      // three blocks, and committing them costs nothing
        Assert.Equal(4, result.Tpf);
    }

    // NBDiff overwrites rows that finished; ED's sampler stops all rows when one has finished.
    [Theory]
    [InlineData(true, CleanHalf.TokenCausal, 0.0)]
    [InlineData(false, CleanHalf.BlockCausal, 0.0)]
    [InlineData(true, CleanHalf.TokenCausal, 0.8)]
    [InlineData(false, CleanHalf.BlockCausal, 1.3)]
    public void RowsOfABatch_EqualRowsAlone(bool shift, CleanHalf clean, double temperature)
    {
        var prompts = TinyModel.Prompts(3, 9, 1, 14, 6, 5, 8);
        var options = new GenerationOptions { MaxNewTokens = 17, Threshold = 0.02, Temperature = temperature, Seed = 5 };
        var free = Decoder(TinyModel.Profile(4, shift, clean)).Generate(prompts, options);

        // Tokens that occur become stop tokens, so that rows end at different steps.
        int[] stops = [free[0].TokenIds[4], free[3].TokenIds[9], free[4].TokenIds[0], free[5].TokenIds[2]];
        var decoder = Decoder(TinyModel.Profile(4, shift, clean, GridOrigin.Completion, stops));
        GenerationResult[] alone = [.. prompts.Select((p, i) => decoder.Generate([p], options with { FirstRow = i })[0])];
        Assert.True(alone.Select(r => r.Nfe).Distinct().Count() > 2, "the rows should end at different steps");
        foreach (var batchSize in new[] { 2, 7 })
        {
            var batch = decoder.Generate(prompts, options with { BatchSize = batchSize });
            for (var row = 0; row < prompts.Length; row++)
            {
                Assert.Equal(alone[row].TokenIds, batch[row].TokenIds);
                Assert.Equal(alone[row].Nfe, batch[row].Nfe);
                Assert.Equal(alone[row].FinishReason, batch[row].FinishReason);
                Assert.Equal(row, batch[row].Row);
            }
        }
    }

    [Theory]
    [InlineData(CleanHalf.TokenCausal)]
    [InlineData(CleanHalf.BlockCausal)]
    public void LongPromptReadInParts_ChangesNothing(CleanHalf clean)
    {
        var decoder = Decoder(TinyModel.Profile(4, clean == CleanHalf.TokenCausal, clean));
        var prompts = TinyModel.Prompts(30, 7, 41);
        var options = new GenerationOptions { MaxNewTokens = 9, Threshold = 0.02 };
        var whole = decoder.Generate(prompts, options);
        foreach (var chunk in new[] { 1, 3, 6 })
        {
            var parts = decoder.Generate(prompts, options with { PrefillChunk = chunk });
            Assert.Equal(whole.Select(r => string.Join(',', r.TokenIds)), parts.Select(r => string.Join(',', r.TokenIds)));
            Assert.Equal(whole.Select(r => r.Nfe), parts.Select(r => r.Nfe));
        }
    }

    // SDAR may sample its mask token, and leaves masks behind when the step budget ends.
    [Fact]
    public void Output_NeverHoldsTheMaskNorIdsBeyondTheVocabulary()
    {
        var decoder = Decoder(TinyModel.Profile(4) with { MaskTokenId = 7, VocabularySize = 20 });
        CommitRule[] rules = [CommitRule.Threshold(0.9), CommitRule.TopK(3), CommitRule.FixedSteps(1), CommitRule.FixedSteps(3), CommitRule.FixedSteps(9), CommitRule.LeftToRight(2)];
        foreach (var rule in rules)
        {
            foreach (var measure in Enum.GetValues<ConfidenceMeasure>())
            {
                var results = decoder.Generate([[1, 2], [3, 4, 5]], new GenerationOptions { MaxNewTokens = 23, Rule = rule, Temperature = 50, Confidence = measure });
                Assert.All(results, r => Assert.Equal(23, r.TokenIds.Count));
                Assert.All(results.SelectMany(r => r.TokenIds), id => Assert.True(id is >= 0 and < 20 and not 7, $"{id}"));
            }
        }
    }

    [Fact]
    public void FixedSteps_TakesThatManyForwardsPerBlock()
    {
        var result = Decoder(TinyModel.Profile(8)).Generate(TinyModel.Prompts(5), new GenerationOptions { MaxNewTokens = 24, Rule = CommitRule.FixedSteps(3) })[0];
        Assert.Equal(9, result.Nfe);
    }

    [Fact]
    public void BlocksOfOneTokenUnderShift_AreAutoregressiveDecoding()
    {
        var prompts = TinyModel.Prompts(4, 11);
        var options = new GenerationOptions { MaxNewTokens = 15 };
        var blocks = Decoder(TinyModel.Profile(1) with { VocabularySize = 287 }).Generate(prompts, options);
        var tokens = new ArDecoder(TinyModel.Shared, [], vocabularySize: 287).Generate(prompts, options);
        Assert.Equal(tokens.Select(r => string.Join(',', r.TokenIds)), blocks.Select(r => string.Join(',', r.TokenIds)));
        Assert.Equal(tokens.Select(r => r.Nfe), blocks.Select(r => r.Nfe));
    }

    [Fact]
    public void Sampling_DependsOnTheSeedOnly()
    {
        var decoder = Decoder(TinyModel.Profile(4));
        var options = new GenerationOptions { MaxNewTokens = 12, Temperature = 1, Seed = 1 };
        var prompts = TinyModel.Prompts(5);
        Assert.Equal(decoder.Generate(prompts, options)[0].TokenIds, decoder.Generate(prompts, options)[0].TokenIds);
        Assert.NotEqual(decoder.Generate(prompts, options)[0].TokenIds, decoder.Generate(prompts, options with { Seed = 2 })[0].TokenIds);
    }

    [Fact]
    public void GreedyOnTheDevice_EqualsGreedyOnTheCpu()
    {
        var decoder = Decoder(TinyModel.Profile(4));
        var prompts = TinyModel.Prompts(5, 8);
        var device = decoder.Generate(prompts, new GenerationOptions { MaxNewTokens = 20, Threshold = 0.02 });
        var host = decoder.Generate(prompts, new GenerationOptions { MaxNewTokens = 20, Threshold = 0.02, Temperature = 1e-9 });
        Assert.Equal(device.Select(r => string.Join(',', r.TokenIds)), host.Select(r => string.Join(',', r.TokenIds)));
        Assert.Equal(device.Select(r => r.Nfe), host.Select(r => r.Nfe));
    }

    [Fact]
    public void Progress_ShowsBlocksAsTheyFill()
    {
        List<DecodingStep> steps = [];
        var result = Decoder(TinyModel.Profile(4)).Generate(TinyModel.Prompts(5), new GenerationOptions { MaxNewTokens = 6, Threshold = 2 }, new Recorder(steps))[0];
        Assert.Equal(6, steps.Count);
        Assert.Equal([0, 0, 0, 0, 1, 1], steps.Select(s => s.Block));
        Assert.Equal([0, 1, 2, 3, 0, 1], steps.Select(s => s.Step));
        Assert.Equal([0, 0, 0, 0, 4, 4], steps.Select(s => s.Start));
        Assert.Equal([3, 2, 1, 0, 3, 2], steps.Select(s => s.Tokens.Count(t => t < 0)));
        Assert.Equal(result.TokenIds.Take(4), steps[3].Tokens);
        Assert.All(steps, s => Assert.InRange(s.Confidence.Single(), 0, 1));
    }

    [Fact]
    public void Stream_LeavesNoScopeNorGradModeWithTheCaller_AndItsChunksAreTheResult()
    {
        var decoder = Decoder(TinyModel.Profile(4));
        var prompts = TinyModel.Prompts(5, 9);
        var expected = decoder.Generate(prompts, new GenerationOptions { MaxNewTokens = 10 });
        var parts = new List<int>[] { [], [] };
        foreach (var chunk in decoder.Stream(prompts, new GenerationOptions { MaxNewTokens = 10 }))
        {
            Assert.True(is_grad_enabled());
            using (var mine = ones(1))
            {
                Assert.False(mine.IsInvalid);
            }

            parts[chunk.Row].AddRange(chunk.TokenIds);
        }

        Assert.Equal(expected[0].TokenIds, parts[0]);
        Assert.Equal(expected[1].TokenIds, parts[1]);
    }

    [Fact]
    public async Task StreamAsync_GivesWhatStreamGives()
    {
        var decoder = Decoder(TinyModel.Profile(4));
        var prompts = TinyModel.Prompts(5, 9);
        List<string> chunks = [];
        await foreach (var chunk in decoder.StreamAsync(prompts, new GenerationOptions { MaxNewTokens = 10 }))
        {
            chunks.Add($"{chunk.Row}:{string.Join(',', chunk.TokenIds)}");
        }

        Assert.Equal(decoder.Stream(prompts, new GenerationOptions { MaxNewTokens = 10 }).Select(c => $"{c.Row}:{string.Join(',', c.TokenIds)}"), chunks);
    }

    [Fact]
    public void Decoding_DoesNotDependOnTheModelsTrainingFlag_AndKeepsIt()
    {
        using var model = TinyModel.Load();
        model.train();
        var result = new BlockDecoder(model, TinyModel.Profile(4)).Generate(TinyModel.Prompts(5), new GenerationOptions { MaxNewTokens = 8 })[0];
        Assert.True(model.training);
        Assert.Equal(Decoder(TinyModel.Profile(4)).Generate(TinyModel.Prompts(5), new GenerationOptions { MaxNewTokens = 8 })[0].TokenIds, result.TokenIds);
    }

    [Fact]
    public void Cancellation_StopsBeforeTheNextForward()
    {
        using var source = new CancellationTokenSource();
        var steps = new List<DecodingStep>();
        var progress = new Recorder(steps, () => { if (steps.Count == 3) { source.Cancel(); } });
        Assert.Throws<OperationCanceledException>(() => Decoder(TinyModel.Profile(4)).Generate(TinyModel.Prompts(5), new GenerationOptions { MaxNewTokens = 100, Threshold = 2 }, progress, source.Token));
        Assert.Equal(3, steps.Count);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void LogitsThatAreNotNumbers_AreNamedWithTheirPlace(double temperature)
    {
        using var model = TinyModel.Load();
        using (no_grad())
        {
            foreach (var (name, parameter) in model.named_parameters())
            {
                if (name.EndsWith("norm.weight", StringComparison.Ordinal))
                {
                    parameter.fill_(float.NaN);
                }
            }
        }

        var error = Assert.Throws<GenerationException>(() => new BlockDecoder(model, TinyModel.Profile(4)).Generate(TinyModel.Prompts(5), new GenerationOptions { Temperature = temperature }));
        Assert.Contains("Prompt 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_ThatCannotBeDecoded_AreRefused()
    {
        var decoder = Decoder(TinyModel.Profile(4));
        Assert.Contains("empty", Assert.Throws<GenerationException>(() => decoder.Generate([[]])).Message, StringComparison.Ordinal);
        Assert.Contains("mask token", Assert.Throws<GenerationException>(() => decoder.Generate([[3, 287]])).Message, StringComparison.Ordinal);
        Assert.Contains("300", Assert.Throws<GenerationException>(() => decoder.Generate([[300]])).Message, StringComparison.Ordinal);
        Assert.Contains("512", Assert.Throws<GenerationException>(() => decoder.Generate(TinyModel.Prompts(512))).Message, StringComparison.Ordinal);
        Assert.Empty(decoder.Generate([]));
    }

    // dllm drops emitted pads from the context, so that what follows moves up. A token is a token, whatever it is used for elsewhere.
    [Fact]
    public void EmittedPaddingToken_KeepsItsPosition()
    {
        var (profile, prompt) = (TinyModel.Profile(4), TinyModel.Prompts(6)[0]);
        prompt[2] = 0;
        var free = Decoder(profile).Generate([prompt], new GenerationOptions { MaxNewTokens = 12, Threshold = 2 })[0];
        var padding = free.TokenIds[3];
        var (tokens, nfe) = ReferenceDecoder.Decode(TinyModel.Shared, profile, prompt, 12, 2);
        Assert.Contains(padding, tokens.Take(11));
        Assert.Equal(tokens, free.TokenIds);
        Assert.Equal(nfe, free.Nfe);

        // The same id as the end of text (base models: pad = end) ends it there, and changes nothing before.
        var stopped = Decoder(profile with { StopTokenIds = [padding] }).Generate([prompt], new GenerationOptions { MaxNewTokens = 12, Threshold = 2 })[0];
        Assert.Equal(free.TokenIds.TakeWhile(t => t != padding), stopped.TokenIds);
        Assert.Equal(stopped.TokenIds.Count + 1, stopped.GeneratedTokens);
    }

    [Fact]
    public void Completion_EndsAtTheModelsLastPosition()
    {
        var result = Decoder(TinyModel.Profile(8)).Generate(TinyModel.Prompts(501), new GenerationOptions { MaxNewTokens = 100, Threshold = 0 })[0];
        Assert.Equal(11, result.TokenIds.Count);
        Assert.Equal(FinishReason.Length, result.FinishReason);
    }

    [Fact]
    public void Options_ThatContradict_AreRefused()
    {
        var decoder = Decoder(TinyModel.Profile(4));
        var prompts = TinyModel.Prompts(3);
        Assert.Throws<ArgumentException>(() => decoder.Generate(prompts, new GenerationOptions { Threshold = 0.5, Rule = CommitRule.TopK(1) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Generate(prompts, new GenerationOptions { MaxNewTokens = 0 }));
        Assert.Throws<ArgumentException>(() => decoder.Generate(prompts, new GenerationOptions { StopStrings = ["x"] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Generate(prompts, new GenerationOptions { TopP = 0 }));
    }

    [Fact]
    public void Profile_ThatDoesNotFitTheModel_IsRefused()
    {
        Assert.Throws<GenerationException>(() => Decoder(TinyModel.Profile(4) with { MaskTokenId = 288 }));
        Assert.Throws<GenerationException>(() => Decoder(TinyModel.Profile(4) with { MaskTokenId = null }));
        Assert.Throws<GenerationException>(() => Decoder(TinyModel.Profile(0)));
        Assert.Throws<GenerationException>(() => Decoder(TinyModel.Profile(4, stops: 287)));
    }

    [Fact]
    public void ManyRuns_LeaveNoTensorsBehind()
    {
        var decoder = Decoder(TinyModel.Profile(4));
        decoder.Generate(TinyModel.Prompts(5), new GenerationOptions { MaxNewTokens = 8 });
        var before = Tensor.TotalCount;
        for (var i = 0; i < 5; i++)
        {
            decoder.Generate(TinyModel.Prompts(5), new GenerationOptions { MaxNewTokens = 8 });
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static BlockDecoder Decoder(DecodingProfile profile) => new(TinyModel.Shared, profile);

    private sealed class Recorder(List<DecodingStep> steps, Action? then = null) : IProgress<DecodingStep>
    {
        public void Report(DecodingStep value)
        {
            steps.Add(value);
            then?.Invoke();
        }
    }
}
