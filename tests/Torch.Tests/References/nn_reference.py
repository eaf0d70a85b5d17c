# Reference numbers for tests/Torch.Tests/Optim and NN, made with PyTorch.
import torch, torch.nn.functional as F
torch.set_printoptions(precision=9)
def arr(t): return ", ".join(f"{v:.9g}f" for v in t.detach().double().flatten().tolist())
# two parameters, deterministic gradients: grad = 0.1*(k+1)*cos(step+index)
def run(make, steps=5, **kw):
    a=torch.nn.Parameter(torch.linspace(-1,1,6).reshape(2,3)); b=torch.nn.Parameter(torch.tensor([0.5,-0.25]))
    o=make([a,b])
    for s in range(steps):
        a.grad=torch.cos(torch.arange(6.).reshape(2,3)+s)*0.5
        b.grad=torch.sin(torch.arange(2.)+s)*2
        o.step()
    print(arr(a),"|",arr(b))
print("adamw wd");run(lambda p: torch.optim.AdamW(p,lr=0.05,betas=(0.9,0.95),eps=1e-8,weight_decay=0.1))
print("adamw default wd 0");run(lambda p: torch.optim.AdamW(p,lr=1e-3,weight_decay=0))
print("adamw amsgrad max");run(lambda p: torch.optim.AdamW(p,lr=0.05,weight_decay=0.1,amsgrad=True,maximize=True))
print("adam wd");run(lambda p: torch.optim.Adam(p,lr=0.05,weight_decay=0.1))
print("sgd");run(lambda p: torch.optim.SGD(p,lr=0.05,momentum=0.9,weight_decay=0.1,nesterov=True))
print("sgd damp");run(lambda p: torch.optim.SGD(p,lr=0.05,momentum=0.9,dampening=0.5))
# second parameter without gradient on odd steps
def skip():
    a=torch.nn.Parameter(torch.linspace(-1,1,6).reshape(2,3)); b=torch.nn.Parameter(torch.tensor([0.5,-0.25]))
    o=torch.optim.AdamW([a,b],lr=0.05,weight_decay=0.1)
    for s in range(5):
        a.grad=torch.cos(torch.arange(6.).reshape(2,3)+s)*0.5
        b.grad=torch.sin(torch.arange(2.)+s)*2 if s%2==0 else None
        o.step()
    print(arr(a),"|",arr(b))
print("adamw skip");skip()
# schedulers
def sched(name, mk, n=12, lr=1.0, opt=None):
    p=torch.nn.Parameter(torch.zeros(1)); o=opt([p]) if opt else torch.optim.SGD([p],lr=lr)
    s=mk(o); out=[]; mom=[]
    for i in range(n):
        out.append(o.param_groups[0]['lr']); mom.append(o.param_groups[0].get('betas',(0,))[0])
        o.step(); 
        if i<n-1: s.step()
    print(name, ", ".join(f"{v:.12g}" for v in out))
    if opt: print("  beta1", ", ".join(f"{v:.12g}" for v in mom))
L=torch.optim.lr_scheduler
sched("StepLR", lambda o:L.StepLR(o,3,0.5))
sched("MultiStepLR", lambda o:L.MultiStepLR(o,[2,5,5,9],0.5))
sched("ExponentialLR", lambda o:L.ExponentialLR(o,0.9))
sched("ConstantLR", lambda o:L.ConstantLR(o,0.25,4))
sched("LinearLR", lambda o:L.LinearLR(o,0.1,1.0,6))
sched("PolynomialLR", lambda o:L.PolynomialLR(o,8,2.0))
sched("CosineAnnealingLR", lambda o:L.CosineAnnealingLR(o,5,0.1),14)
sched("LambdaLR", lambda o:L.LambdaLR(o,lambda e:1/(1+e)))
sched("MultiplicativeLR", lambda o:L.MultiplicativeLR(o,lambda e:0.5+0.05*e))
sched("SequentialLR", lambda o:L.SequentialLR(o,[L.LinearLR(o,0.1,1.0,4),L.CosineAnnealingLR(o,7,0.05)],[4]))
sched("OneCycleLR", lambda o:L.OneCycleLR(o,0.1,total_steps=10),10,opt=lambda p: torch.optim.AdamW(p,lr=1.0))
sched("OneCycle3", lambda o:L.OneCycleLR(o,0.1,total_steps=12,three_phase=True,anneal_strategy='linear'),12,opt=lambda p: torch.optim.AdamW(p,lr=1.0))
# functional
x=torch.linspace(-2,2,6).reshape(2,3).requires_grad_(True)
def show(n,f):
    x.grad=None; y=f(); (y*torch.arange(1.,y.numel()+1).reshape(y.shape)).sum().backward()
    print(n, list(y.shape), arr(y)); print("   grad", arr(x.grad))
show("silu",lambda:F.silu(x)); show("gelu",lambda:F.gelu(x)); show("gelutanh",lambda:F.gelu(x,approximate='tanh'))
show("softmax",lambda:F.softmax(x,1)); show("log_softmax",lambda:F.log_softmax(x,-1))
show("layer_norm",lambda:F.layer_norm(x,[3],torch.tensor([1.,2.,3.]),torch.tensor([.1,.2,.3])))
show("normalize",lambda:F.normalize(x,2.0,1))
show("linear",lambda:F.linear(x,torch.arange(12.).reshape(4,3)/10,torch.tensor([1.,-1.,0.5,0.])))
t=torch.tensor([2,0])
show("ce",lambda:F.cross_entropy(x,t)); show("ce none ignore",lambda:F.cross_entropy(x,torch.tensor([2,-100]),reduction='none'))
show("ce smooth weight",lambda:F.cross_entropy(x,t,weight=torch.tensor([1.,2.,3.]),label_smoothing=0.1))
show("nll",lambda:F.nll_loss(F.log_softmax(x,1),t,reduction='sum')); show("mse",lambda:F.mse_loss(x,torch.zeros(2,3)))
# sdpa
def ramp(*s,o=0): return (torch.sin(torch.arange(float(torch.tensor(s).prod()))*0.7+o)).reshape(s)
def sd(n,mask=None,causal=False):
    q=ramp(1,2,3,4).requires_grad_(True);k=ramp(1,2,5,4,o=1).requires_grad_(True);v=ramp(1,2,5,4,o=2).requires_grad_(True)
    y=F.scaled_dot_product_attention(q,k,v,mask,0.0,causal)
    (y*ramp(1,2,3,4,o=3)).sum().backward()
    print(n); print(" y",arr(y)); print(" dq",arr(q.grad)); print(" dk",arr(k.grad)); print(" dv",arr(v.grad))
m=torch.tensor([[1,0,1,1,0],[0,0,0,0,0],[1,1,1,1,1]],dtype=torch.bool)
sd("sdpa none"); sd("sdpa causal",causal=True); sd("sdpa bool",m); sd("sdpa float",torch.where(m,ramp(3,5),torch.tensor(float('-inf'))))
# clip
a=torch.nn.Parameter(torch.zeros(2,3));b=torch.nn.Parameter(torch.zeros(2))
for nt in (2.0,1.0,float('inf')):
    a.grad=torch.arange(6.).reshape(2,3)-2; b.grad=torch.tensor([4.,-5.])
    print("clip",nt,float(torch.nn.utils.clip_grad_norm_([a,b],1.5,nt)),arr(a.grad),"|",arr(b.grad))
